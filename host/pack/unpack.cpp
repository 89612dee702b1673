#include "pack/unpack.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "base/sha256.hpp"
#include "base/utf8.hpp"
#include "pack/archive.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, int number) {
  throw PackError(fmt::format("{}: can't be written: {}", printable(path), std::strerror(number)));
}

/// The folder of a pack's file, step by step from its root, no link on the way. Makes what is missing if
/// asked.
UniqueFd folder_of(int root, const std::string& path, bool is_to_be_made) {
  UniqueFd folder(::fcntl(root, F_DUPFD_CLOEXEC, 0));
  for (size_t from = 0, slash = path.find('/'); slash != std::string::npos;
       from = slash + 1, slash = path.find('/', from)) {
    const std::string part = path.substr(from, slash - from);
    if (is_to_be_made && ::mkdirat(folder.get(), part.c_str(), 0700) != 0 && errno != EEXIST) return {};
    UniqueFd next(::openat(folder.get(), part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!next) return {};
    folder = std::move(next);
  }
  return folder;
}

std::string last_part(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

}  // namespace

Unpacker::Unpacker(fs::path folder, std::function<void(const PackHead&)> accept)
    : folder_(std::move(folder)),
      accept_(std::move(accept)),
      root_(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) {
  if (!root_) fail(folder_.string(), errno);
}

void Unpacker::make_file(const std::string& path, uint32_t mode) {
  path_ = path;
  const UniqueFd folder = folder_of(root_.get(), path, true);
  if (!folder) fail(path, errno);
  file_.reset(::openat(folder.get(), last_part(path).c_str(),
                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  // Read-only for all: the umask has no say in what a pack's files are.
  if (!file_ || ::fchmod(file_.get(), mode & 0555) != 0) fail(path, errno);
}

void Unpacker::write_whole(const std::string& path, const std::string& text) {
  make_file(path, 0644);
  write(text);
  end_file();
}

void Unpacker::begin(const PackHead& head) {
  accept_(head);
  write_whole(std::string(manifest_name), head.manifest_text);
  if (!head.signature_text.empty()) write_whole(std::string(signature_name), head.signature_text);
}

void Unpacker::begin_file(const PackFile& file) { make_file(file.path, file.mode); }

void Unpacker::write(std::string_view bytes) {
  if (!write_all(file_.get(), bytes.data(), bytes.size())) fail(path_, errno);
}

void Unpacker::end_file() {
  if (::fsync(file_.get()) != 0) fail(path_, errno);
  file_.reset();
}

void Unpacker::finish(const std::string& name, const std::string& text) {
  write_whole(name, text);
  std::vector<fs::path> folders = {folder_};
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder_, error), end; !error && entry != end;
       entry.increment(error))
    if (entry->is_directory(error)) folders.push_back(entry->path());
  if (error) fail(folder_.string(), error.value());
  // Inner ones first. The folder itself stays writable for its owner: only then can it be renamed on every
  // file system.
  for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder) {
    const UniqueFd fd(::open(folder->c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    const mode_t mode = *folder == folder_ ? 0755 : 0555;
    if (!fd || ::fchmod(fd.get(), mode) != 0 || ::fsync(fd.get()) != 0) fail(folder->string(), errno);
  }
}

void check_unpacked(const fs::path& folder, const PackFile& file) {
  const auto wrong = [&](const std::string& what) {
    return PackError(fmt::format("{}: {}", printable(file.path), what));
  };
  const UniqueFd root(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  const UniqueFd parent = root ? folder_of(root.get(), file.path, false) : UniqueFd();
  const UniqueFd fd(parent ? ::openat(parent.get(), last_part(file.path).c_str(),
                                      O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
                           : -1);
  if (!fd) throw wrong(fmt::format("can't be read: {}", std::strerror(errno)));
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) throw wrong("is no regular file");
  if (static_cast<uint64_t>(status.st_size) != file.size)
    throw wrong("was changed: it has another size than the manifest says");
  if ((status.st_mode & 07777) != (file.mode & 0555))
    throw wrong("was changed: it has another mode than it was installed with");
  std::array<char, 64 * 1024> block;
  Sha256 hash;
  for (;;) {
    const ssize_t count = ::read(fd.get(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw wrong(fmt::format("can't be read: {}", std::strerror(errno)));
    if (count == 0) break;
    hash.add({block.data(), static_cast<size_t>(count)});
  }
  if (hash.digits() != file.sha256) throw wrong("was changed: its hash is another than the manifest says");
}

std::string read_small_file(const fs::path& file, size_t most_bytes, bool is_needed) {
  const std::string shown = printable(file.filename().string());
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!fd && errno == ENOENT && !is_needed) return {};
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0)
    throw PackError(fmt::format("{}: can't be read: {}", shown, std::strerror(errno)));
  if (!S_ISREG(status.st_mode) || static_cast<uint64_t>(status.st_size) > most_bytes)
    throw PackError(fmt::format("{}: is no regular file, or too large", shown));
  std::string text(static_cast<size_t>(status.st_size), '\0');
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(fd.get(), text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw PackError(fmt::format("{}: can't be read: {}", shown, std::strerror(errno)));
    if (count == 0) break;
    size += static_cast<size_t>(count);
  }
  text.resize(size);
  return text;
}

}  // namespace e2e::host
