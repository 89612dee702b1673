#include "report/report_folder.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/whole_file.hpp"
#include "report/linked_file.hpp"

namespace e2e::host {

namespace fs = std::filesystem;

ReportFolder::ReportFolder(const fs::path& folder) : folder_(folder) {
  std::error_code error;
  is_made_ = fs::create_directories(folder_, error);
  if (error) {
    fail(error.message());
    return;
  }
  try {
    const WholeFile probe(folder_ / ".e2e-host");
  } catch (const std::system_error& failure) {
    fail(failure.code().message());
  }
}

ReportFolder::ReportFolder(ReportFolder&& other) noexcept
    : folder_(other.folder_),
      gathering_(std::exchange(other.gathering_, {})),
      names_(std::move(other.names_)),
      known_(std::move(other.known_)),
      is_made_(std::exchange(other.is_made_, false)),
      copyable_bytes_(other.copyable_bytes_),
      error_(std::move(other.error_)) {}

ReportFolder::~ReportFolder() {
  std::error_code ignored;
  if (!gathering_.empty()) fs::remove_all(gathering_, ignored);
  // Where nothing came of it: it is empty then.
  if (is_made_) ::rmdir(folder_.c_str());
}

void ReportFolder::fail(const std::string& phrase) {
  if (error_.empty()) error_ = phrase;
}

bool ReportFolder::is_new(const std::string& name) {
  if (!error_.empty()) return false;
  if (gathering_.empty()) {
    std::string made = (folder_ / ".e2e-host-XXXXXX").string();
    if (::mkdtemp(made.data()) == nullptr) {
      fail(std::strerror(errno));
      return false;
    }
    gathering_ = made;
  }
  return known_.insert(name).second;
}

void ReportFolder::write(const std::string& name, std::string_view bytes) {
  if (!is_new(name)) return;
  names_.push_back(name);
  try {
    write_whole_file(gathering_ / name, bytes);
  } catch (const std::system_error& failure) {
    fail(failure.code().message());
  }
}

bool ReportFolder::keep(const fs::path& source, const std::string& name) {
  if (known_.count(name) > 0) return true;
  if (!is_new(name)) return false;
  if (!link_or_copy(source, gathering_ / name, copyable_bytes_)) {
    known_.erase(name);
    return false;
  }
  names_.push_back(name);
  return true;
}

bool ReportFolder::commit(const std::function<bool(std::string_view name)>& ours) {
  if (!error_.empty()) return false;
  std::error_code error;
  for (const std::string& name : names_) {
    fs::rename(gathering_ / name, folder_ / name, error);
    if (error) {
      fail(error.message());
      return false;
    }
  }
  is_made_ = false;
  std::error_code ignored;
  fs::remove(std::exchange(gathering_, {}), ignored);
  for (fs::directory_iterator at(folder_, ignored), end; !ignored && at != end; at.increment(ignored)) {
    const std::string name = at->path().filename().string();
    std::error_code kept;
    if (known_.count(name) == 0 && ours(name)) fs::remove(at->path(), kept);
  }
  return true;
}

}  // namespace e2e::host
