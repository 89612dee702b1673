#include "report/report_files.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <system_error>

#include "events/attachment_file.hpp"
#include "report/attachment_content.hpp"
#include "report/linked_file.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

fs::path folder_beside(const fs::path& report) {
  std::error_code error;
  const fs::file_status status = fs::status(report, error);
  if (report.empty() || (fs::exists(status) && !fs::is_regular_file(status))) return {};
  const fs::path file = fs::absolute(report).lexically_normal();
  return file.parent_path() / (file.stem().string() + "-files");
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Whether keep_output() or keep_log() makes such names, or keep() does.
bool is_name_of_ours(std::string_view name) {
  if (name.size() > 64 && is_attachment_file("attachments/" + std::string(name), name.substr(0, 64)))
    return true;
  if (!name.ends_with(".txt")) return false;
  name.remove_suffix(4);
  if (name.starts_with("log-")) return is_number(name.substr(4));
  for (const std::string_view kind : {"stdout-", "stderr-"}) {
    const size_t dash = name.find('-', kind.size());
    if (name.starts_with(kind) && dash != name.npos)
      return is_number(name.substr(kind.size(), dash - kind.size())) && is_number(name.substr(dash + 1));
  }
  return false;
}

/// A journal from elsewhere must not make a report that carries any file of this machine away.
bool is_output_of_a_run(const fs::path& file) {
  return file.filename().string().starts_with("worker-") &&
         file.parent_path().parent_path().filename() == "runs";
}
bool is_log_of_a_run(const fs::path& file) {
  return file.extension() == ".log" && file.parent_path().filename() == "services" &&
         file.parent_path().parent_path().parent_path().filename() == "runs";
}

}  // namespace

ReportFiles::ReportFiles(const fs::path& report) : folder_(folder_beside(report)) {}

std::string ReportFiles::keep(const AttachmentRecord& attachment) {
  if (attachment.folder.empty() || !is_attachment_file(attachment.file, attachment.sha256)) return {};
  return keep_file(attachment_path(attachment), fs::path(attachment.file).filename().string());
}

std::string ReportFiles::keep_body(const std::string& folder, const std::string& file) {
  if (folder.empty() || !is_attachment_file(file)) return {};
  return keep_file(fs::path(folder) / file, fs::path(file).filename().string());
}

std::string ReportFiles::keep_output(const CapturedOutput& output, uint32_t test, uint32_t attempt,
                                     bool is_stderr) {
  if (!is_output_of_a_run(output.file)) return {};
  return keep_file(output.file, fmt::format("{}-{}-{}.txt", is_stderr ? "stderr" : "stdout", test, attempt));
}

std::string ReportFiles::keep_log(const ServiceStarted& started, size_t number) {
  if (!is_log_of_a_run(started.log)) return {};
  return keep_file(started.log, fmt::format("log-{}.txt", number));
}

std::string ReportFiles::keep_file(const fs::path& source, const std::string& name) {
  if (folder_.empty()) return {};
  if (kept_.count(name) == 0) {
    if (!put(source, name)) return {};
    kept_.insert(name);
  }
  return "./" + url_path((folder_.filename() / name).string());
}

bool ReportFiles::put(const fs::path& source, const std::string& name) {
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(source, error))) return false;
  fs::create_directories(folder_, error);
  return link_or_copy(source, folder_ / name, copyable_bytes_);
}

void ReportFiles::remove_others() {
  if (folder_.empty()) return;
  std::error_code error;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    std::error_code ignored;
    if (kept_.count(name) == 0 && is_name_of_ours(name)) fs::remove(at->path(), ignored);
  }
  // Gone if it is empty.
  if (kept_.empty()) ::rmdir(folder_.c_str());
}

std::string url_path(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = std::isalnum(byte) != 0 || std::string_view("/._-~").find(c) != std::string::npos;
    out += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

std::string path_in_job(const fs::path& file) {
  const fs::path absolute = fs::absolute(file).lexically_normal();
  for (const char* name : {"CI_PROJECT_DIR", "WORKSPACE", "."}) {
    const char* const folder = name[0] == '.' ? name : std::getenv(name);
    if (folder == nullptr || *folder == '\0') continue;
    // Normal as a folder, without the slash or the dot behind.
    const std::string from = (fs::absolute(folder) / "").lexically_normal().string();
    if (const std::string path = absolute.string(); path.starts_with(from)) return path.substr(from.size());
  }
  return absolute.string();
}

}  // namespace e2e::host
