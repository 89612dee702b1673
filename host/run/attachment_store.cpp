#include "run/attachment_store.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/sha256.hpp"
#include "base/whole_file.hpp"
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
  if (content.size() > bound_.bytes - run_bytes_) return bound_.reached;
  std::string problem = write(path, content);
  if (problem.empty()) run_bytes_ += content.size();
  return problem;
}

std::string AttachmentStore::write(const std::string& path, std::string_view content) {
  const std::string attachments = folder_ + "/attachments";
  if (::mkdir(attachments.c_str(), 0755) != 0 && errno != EEXIST) return std::strerror(errno);
  try {
    WholeFile file(path);
    file.write(content);
    file.keep();
    return {};
  } catch (const std::system_error& failure) {
    return failure.code().message();
  }
}

}  // namespace e2e::host
