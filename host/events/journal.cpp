#include "events/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>

#include "base/fatal.hpp"

namespace e2e::host {

Journal::Journal(const std::filesystem::path& file) : path_(file) {
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  if (!error) file_.reset(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644));
  if (!file_)
    throw Fatal(ExitCode::infrastructure,
                fmt::format("error: the journal {} cannot be written: {}\nhint: make the folder writable, or "
                            "run in another one",
                            file.string(), error ? error.message() : std::strerror(errno)));
  // As long as this process lives: who reads it can tell whether more will come. Not every file system can.
  ::flock(file_.get(), LOCK_EX | LOCK_NB);
}

void Journal::append(const std::vector<Event>& events) {
  if (!error_.empty()) return;
  std::string lines;
  for (const Event& event : events) {
    writer_.append_line(lines, event);
    lines += '\n';
  }
  if (!write_all(file_.get(), lines.data(), lines.size()))
    error_ = fmt::format("the journal {} cannot be written: {}", path_.string(), std::strerror(errno));
}

}  // namespace e2e::host
