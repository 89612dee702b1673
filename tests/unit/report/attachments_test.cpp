// What tests attached, in each report.
#include <stdlib.h>

#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/sha256.hpp"
#include "events/attachment_file.hpp"
#include "json_schema.hpp"
#include "recorded_run.hpp"
#include "report/attachment_content.hpp"
#include "report/ctrf_report.hpp"
#include "report/failure_text.hpp"
#include "report/html_report.hpp"
#include "report/junit_report.hpp"

using namespace e2e::host;
namespace fs = std::filesystem;

namespace {

const std::string kPng("\x89PNG\r\n\x1a\n and the rest", 21);

/// A run's folder with attachments; removed with this.
class RunFolder {
 public:
  RunFolder() {
    char name[] = "/tmp/e2e-attached-XXXXXX";
    path_ = ::mkdtemp(name);
    fs::create_directory(path_ / "attachments");
  }
  ~RunFolder() { fs::remove_all(path_); }
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] AttachmentRecord add(const std::string& name, const std::string& type,
                                     const std::string& content) const {
    AttachmentRecord record{name, type, content.size(), sha256_digits(content), "", 5, path_.string()};
    record.file = attachment_file(record.sha256, type);
    std::ofstream(path_ / record.file, std::ios::binary) << content;
    return record;
  }

 private:
  fs::path path_;
};

Recorded with_attachments(const std::vector<AttachmentRecord>& attachments) {
  Recorded recorded;
  recorded.add(sample_run({"s::m::n"}));
  AttemptFinished attempt = failed_attempt(0);
  attempt.attachments = attachments;
  return recorded.add(attempt).add(TestFinished{0, Outcome::failed, 1, ""}).add(finish());
}

nlohmann::json details_of(const Recorded& recorded, const fs::path& page) {
  std::string html;
  ReportFiles files(page);
  write_html_report(
      recorded.record(), [&html](std::string_view bytes) { html += bytes; }, files);
  files.remove_others();
  const std::string begin = "id=\"details-0\">";
  const size_t start = html.find(begin) + begin.size();
  return nlohmann::json::parse(html.substr(start, html.find("</script>", start) - start))[0][0];
}

}  // namespace

TEST_CASE("TheConsoleSaysWhereAttachmentsAre") {
  const RunFolder folder;
  AttemptFinished attempt = failed_attempt(0);
  attempt.attachments = {folder.add("page.png", "image/png", kPng)};
  const std::string text = failure_text(sample_run({"s::m::n"}).tests[0], attempt, {Ink(), 100});
  CHECK(text.find("  attachment: page.png (image/png, 21 B)   " + folder.path().string() + "/attachments/" +
                  sha256_digits(kPng) + ".png\n") != text.npos);
}

TEST_CASE("ThePageHoldsSmallImagesAndTextsAndLinksTheRest") {
  const RunFolder folder;
  const auto detail = details_of(
      with_attachments({folder.add("page.png", "image/png", kPng), folder.add("log.txt", "text/plain", "a<b"),
                        folder.add("page.html", "text/html", "<script>alert(1)</script>"),
                        folder.add("big.png", "image/png", kPng + std::string(300'000, 'x')),
                        folder.add("a.zip", "application/zip", "PK"),
                        folder.add("no.png", "image/png", "<script>alert(1)</script>")}),
      folder.path() / "reports" / "report.html");
  REQUIRE(detail["attachments"].size() == 6);
  const auto& attached = detail["attached"];
  REQUIRE(attached.size() == 6);
  CHECK(attached[0]["image"] == "iVBORw0KGgogYW5kIHRoZSByZXN0");
  CHECK(attached[0]["href"] == "./report-files/" + sha256_digits(kPng) + ".png");
  CHECK(fs::file_size(folder.path() / "reports/report-files" / (sha256_digits(kPng) + ".png")) ==
        kPng.size());
  CHECK(attached[1]["text"] == "a<b");
  CHECK(attached[2]["text"] == "<script>alert(1)</script>");
  CHECK_FALSE(attached[3].contains("image"));
  CHECK(attached[4].size() == 1);
  CHECK_FALSE(attached[5].contains("image"));
}

TEST_CASE("AFileThatIsNotWhatWasAttachedIsNotShown") {
  const RunFolder folder;
  AttachmentRecord changed = folder.add("a.txt", "text/plain", "before");
  std::ofstream(folder.path() / changed.file) << "behind";
  AttachmentRecord missing = folder.add("b.txt", "text/plain", "gone");
  fs::remove(folder.path() / missing.file);
  AttachmentRecord link = folder.add("c.txt", "text/plain", "linked");
  fs::rename(folder.path() / link.file, folder.path() / "elsewhere");
  fs::create_symlink(folder.path() / "elsewhere", folder.path() / link.file);
  for (const AttachmentRecord& record : {changed, missing, link}) CHECK(embedded(record).text.empty());
  CHECK(embedded(folder.add("d.txt", "text/plain", "here")).text == "here");
}

TEST_CASE("OtherToolsAreToldOfAttachments") {
  const RunFolder folder;
  const auto record = folder.add("page.png", "image/png", kPng);
  const Recorded recorded = with_attachments({record});
  const std::string path = folder.path().string() + "/" + record.file;
  CHECK(recorded.text(write_junit_report).find("<system-out>[[ATTACHMENT|" + path + "]]\n</system-out>") !=
        std::string::npos);
  const auto ctrf = nlohmann::json::parse(recorded.text(write_ctrf_report));
  CHECK(e2e_test::JsonSchema::of_file(E2E_SOURCE_FOLDER "/tests/unit/report/ctrf.schema.json")
            .problems(ctrf)
            .empty());
  CHECK(ctrf["results"]["tests"][0]["attachments"] ==
        nlohmann::json{{{"name", "page.png"}, {"contentType", "image/png"}, {"path", path}}});
  const auto json = recorded.json()["tests"][0]["attempts"][0]["attachments"];
  CHECK(json[0]["file"] == record.file);
  CHECK(json[0]["sha256"] == record.sha256);
}
