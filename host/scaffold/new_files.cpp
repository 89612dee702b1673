#include "scaffold/new_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/fatal.hpp"
#include "base/unique_fd.hpp"
#include "base/utf8.hpp"
#include "base/whole_file.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& path, int number) {
  throw Fatal(ExitCode::infrastructure, fmt::format("error: {}: can't be written: {}",
                                                    printable(path.string()), std::strerror(number)));
}

bool is_there(const fs::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

}  // namespace

FileMaker::FileMaker(fs::path folder) : folder_(std::move(folder)) {}

FileMaker::~FileMaker() {
  if (is_kept_) return;
  for (auto file = made_.rbegin(); file != made_.rend(); ++file) ::unlink((folder_ / *file).c_str());
  for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder) ::rmdir(folder->c_str());
}

void FileMaker::make_folders(const fs::path& folder) {
  if (folder.empty() || is_there(folder)) return;
  make_folders(folder.parent_path());
  if (::mkdir(folder.c_str(), 0777) == 0)
    folders_.push_back(folder);
  else if (errno != EEXIST)
    refuse(folder, errno);
}

void FileMaker::make(const std::vector<NewFile>& files) {
  std::string in_the_way;
  for (const auto& file : files)
    if (!file.may_exist && is_there(folder_ / file.path))
      in_the_way += fmt::format("error: {} is there already\n", printable((folder_ / file.path).string()));
  if (!in_the_way.empty()) throw Fatal(ExitCode::usage, in_the_way + "hint: nothing was written");
  for (const auto& file : files) {
    const fs::path path = folder_ / file.path;
    if (is_there(path)) {
      kept_.push_back(file.path);
      continue;
    }
    make_folders(path.parent_path());
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
    if (!fd) refuse(path, errno);
    made_.push_back(file.path);
    if (!write_all(fd.get(), file.text.data(), file.text.size())) refuse(path, errno);
  }
}

void replace_file(const fs::path& file, const std::string& text) {
  // What a link leads to is replaced, not the link.
  std::error_code error;
  const fs::path target = fs::canonical(file, error);
  if (error) refuse(file, error.value());
  struct stat status {};
  if (::stat(target.c_str(), &status) != 0) refuse(file, errno);
  try {
    WholeFile made(target, 0600);
    made.write(text);
    if (::fchmod(made.fd(), status.st_mode & 07777) != 0) refuse(file, errno);
    made.keep();
  } catch (const std::system_error& failure) {
    refuse(file, failure.code().value());
  }
}

}  // namespace e2e::host
