#include "run/attachment_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/sha256.hpp"
#include "base/unique_fd.hpp"
#include "events/attachment_file.hpp"

namespace e2e::host {

std::string AttachmentStore::keep(AttachmentRecord& record, std::string_view content) {
  record.name = attachment_name(record.name);
  record.type = attachment_type(record.type);
  record.bytes = content.size();
  record.sha256 = sha256_digits(content);
  record.file = attachment_file(record.sha256, record.type);
  record.folder = folder_;
  if (folder_.empty()) return "this run keeps no files";
  const std::string path = folder_ + "/" + record.file;
  if (::access(path.c_str(), F_OK) == 0) return {};
  if (content.size() > max_run_bytes - run_bytes_) return "the run's attachments have 1 GiB already";
  std::string problem = write(path, content);
  if (problem.empty()) run_bytes_ += content.size();
  return problem;
}

std::string AttachmentStore::write(const std::string& path, std::string_view content) {
  const std::string attachments = folder_ + "/attachments";
  if (::mkdir(attachments.c_str(), 0755) != 0 && errno != EEXIST) return std::strerror(errno);
  const std::string temporary = attachments + "/.being-written";
  ::unlink(temporary.c_str());
  const UniqueFd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (!file) return std::strerror(errno);
  if (write_all(file.get(), content.data(), content.size()) && ::rename(temporary.c_str(), path.c_str()) == 0)
    return {};
  std::string problem = std::strerror(errno);
  ::unlink(temporary.c_str());
  return problem;
}

}  // namespace e2e::host
