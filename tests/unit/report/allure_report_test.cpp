#include "report/allure_report.hpp"

#include <stdlib.h>

#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "base/sha256.hpp"
#include "events/attachment_file.hpp"
#include "json_schema.hpp"
#include "recorded_run.hpp"

using namespace e2e::host;
namespace fs = std::filesystem;

namespace {

/// A folder of its own; removed with this.
class Scratch {
 public:
  Scratch() {
    char name[] = "/tmp/e2e-allure-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~Scratch() { fs::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] fs::path operator/(const std::string& name) const { return path_ / name; }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }

 private:
  fs::path path_;
};

std::map<std::string, std::string> files_in(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    files[entry.path().filename().string()] = {std::istreambuf_iterator<char>(in), {}};
  }
  return files;
}

std::map<std::string, std::string> written(const Recorded& recorded, const fs::path& path) {
  ReportFolder folder(path);
  write_allure_report(recorded.record(), folder);
  CHECK(folder.commit(is_allure_file_of_ours));
  return files_in(path);
}

/// The results, those of a test in the order of its attempts' statuses.
std::multimap<std::string, nlohmann::json> results_of(const std::map<std::string, std::string>& files) {
  std::multimap<std::string, nlohmann::json> results;
  for (const auto& [name, text] : files) {
    CHECK(is_allure_file_of_ours(name));
    if (name.find("-result.json") == name.npos) continue;
    nlohmann::json result = nlohmann::json::parse(text);
    CHECK(name == result["uuid"].get<std::string>() + "-result.json");
    results.emplace(result["fullName"].get<std::string>(), std::move(result));
  }
  return results;
}

const e2e_test::JsonSchema& allure_schema() {
  static const auto read =
      e2e_test::JsonSchema::of_file(E2E_SOURCE_FOLDER "/tests/unit/report/allure.schema.json");
  return read;
}

}  // namespace

TEST_CASE("AllureHasAResultForEachAttempt", "[allure]") {
  const Scratch scratch;
  const auto files = written(sample(), scratch / "results");
  const auto results = results_of(files);
  CHECK(results.size() == 8);
  for (const auto& [name, result] : results) {
    INFO(result.dump(1));
    CHECK(allure_schema().problems(result).empty());
  }
  const nlohmann::json& pays = results.find("orders::01_pay::pays")->second;
  CHECK(pays["status"] == "passed");
  CHECK(pays["titlePath"] == nlohmann::json{"orders", "01_pay"});
  REQUIRE(pays["attachments"].size() == 1);
  CHECK(pays["attachments"][0]["name"] == "stdout");
  CHECK(files.at(pays["attachments"][0]["source"].get<std::string>()) == "hello\n");
  CHECK(pays["stop"].get<int64_t>() - pays["start"].get<int64_t>() == 12);

  const auto [fails, fails_end] = results.equal_range("orders::01_pay::fails");
  REQUIRE(std::distance(fails, fails_end) == 2);
  // Allure takes the one that started last for the test's.
  CHECK(fails->second["start"] != std::next(fails)->second["start"]);
  for (auto each = fails; each != fails_end; ++each) {
    const nlohmann::json& failed = each->second;
    CHECK(failed["status"] == "failed");
    CHECK(failed["historyId"] == fails->second["historyId"]);
    CHECK(failed["statusDetails"]["message"] ==
          "assert_status(response, 201)   actual: 500 Internal Server Error");
    CHECK(failed["statusDetails"]["expected"] == "201 Created");
    CHECK(failed["statusDetails"]["trace"].get<std::string>().find("curl -X POST") != std::string::npos);
    CHECK(failed["steps"].back()["name"] == "POST http://127.0.0.1:8083/orders -> 500");
    std::multiset<std::string> tags;
    for (const nlohmann::json& label : failed["labels"])
      if (label["name"] == "tag") tags.insert(label["value"].get<std::string>());
    CHECK(tags == std::multiset<std::string>{"slow", "smoke"});
  }
  const auto [wavers, wavers_end] = results.equal_range("orders::01_pay::wavers");
  size_t flaky = 0;
  for (auto each = wavers; each != wavers_end; ++each)
    flaky += each->second["status"] == "passed" && each->second["statusDetails"]["flaky"] == true;
  CHECK(flaky == 1);
  CHECK(results.find("users::01_user::crashes")->second["status"] == "broken");
  CHECK(results.find("users::01_user::skips")->second["statusDetails"]["message"] == "users is down");
  const nlohmann::json& waits = results.find("users::01_user::waits")->second;
  CHECK(waits["status"] == "skipped");
  CHECK(waits["stage"] == "pending");
  CHECK(waits["statusDetails"]["message"] == "not run: stopped by SIGINT");
  CHECK(!waits.contains("start"));
  // The same again: the same names, the same bytes.
  CHECK(written(sample(), scratch / "again") == files);
  CHECK(written(sample(), scratch / "results") == files);
}

TEST_CASE("AllureNestsStepsAndRequests", "[allure]") {
  Recorded recorded;
  recorded.add(sample_run({"s::m::n"}));
  AttemptFinished attempt = sample_attempt(0, Status::timed_out);
  attempt.steps = {
      {"outer", "", 0, 0, 0, 9 * kMs}, {"inner", "", 0, 1, kMs, 3 * kMs}, {"open", "", 0, 0, 10 * kMs, -1}};
  ExchangeRecord within;
  within.method = "GET";
  within.url = "/a";
  within.start_ns = 2 * kMs;
  within.error = "refused";
  ExchangeRecord after = within;
  after.start_ns = 5 * kMs;
  after.status = 200;
  after.error = "";
  attempt.exchanges = {within, after};
  recorded.add(attempt).add(finish());
  const Scratch scratch;
  const nlohmann::json result = results_of(written(recorded, scratch / "results")).begin()->second;
  CHECK(allure_schema().problems(result).empty());
  const nlohmann::json& steps = result["steps"];
  REQUIRE(steps.size() == 2);
  CHECK(steps[0]["name"] == "outer");
  REQUIRE(steps[0]["steps"].size() == 2);
  CHECK(steps[0]["steps"][0]["name"] == "inner");
  CHECK(steps[0]["steps"][0]["steps"][0]["name"] == "GET /a -> no answer");
  CHECK(steps[0]["steps"][0]["steps"][0]["status"] == "broken");
  CHECK(steps[0]["steps"][0]["steps"][0]["statusDetails"]["message"] == "refused");
  CHECK(steps[0]["steps"][1]["name"] == "GET /a -> 200");
  CHECK(steps[1]["name"] == "open");
  CHECK(steps[1]["status"] == "broken");
}

TEST_CASE("HostileTextIsInertInAllure", "[allure]") {
  for (const std::string& text : kHostile) {
    const Scratch scratch;
    const auto files = written(hostile(text), scratch / "results");
    const auto results = results_of(files);
    CHECK(results.size() == 3);
    for (const auto& [name, result] : results) CHECK(allure_schema().problems(result).empty());
    for (const auto& [name, content] : files) CHECK(has_only_plain_text(content));
    CHECK(files.size() < 10);
  }
}

TEST_CASE("AttachmentsForAllureAreNoPages", "[allure]") {
  const Scratch scratch;
  Recorded recorded;
  recorded.add(sample_run({"s::m::n"}));
  AttemptFinished attempt = sample_attempt(0, Status::failed);
  for (const char* type : {"text/html", "image/svg+xml", "image/png"}) {
    const std::string content = std::string("<script>") + type, hash = sha256_digits(content);
    attempt.attachments.push_back(
        {"a", type, content.size(), hash, attachment_file(hash, type), 0, scratch / "run"});
    scratch.write("run/" + attempt.attachments.back().file, content);
  }
  const std::string gone(64, 'a');
  attempt.attachments.push_back(
      {"gone", "text/plain", 1, gone, attachment_file(gone, "text/plain"), 0, scratch / "run"});
  attempt.exchanges.emplace_back();
  attempt.exchanges[0].method = "GET";
  attempt.exchanges[0].url = "/a";
  attempt.exchanges[0].folder = scratch / "run";
  attempt.exchanges[0].response_body_file = attempt.attachments[0].file;
  recorded.add(attempt).add(finish());
  const auto files = written(recorded, scratch / "results");
  const nlohmann::json result = results_of(files).begin()->second;
  CHECK(allure_schema().problems(result).empty());
  const nlohmann::json& attachments = result["attachments"];
  REQUIRE(attachments.size() == 4);
  CHECK(attachments[0]["type"] == "text/plain");
  CHECK(attachments[1]["type"] == "application/octet-stream");
  CHECK(attachments[2]["type"] == "image/png");
  CHECK(attachments[3]["name"] == "response body of GET /a");
  CHECK(attachments[3]["source"] == attachments[0]["source"]);
  CHECK(files.at(attachments[1]["source"].get<std::string>()) == "<script>image/svg+xml");
}

TEST_CASE("AReportFolderChangesNothingUntilItIsWhole", "[report_folder]") {
  const Scratch scratch;
  scratch.write("results/mine.json", "mine");
  const std::string old = allure_uuid("old") + "-result.json", fresh = allure_uuid("new") + "-result.json";
  scratch.write("results/" + old, "old");
  scratch.write("source", "linked");
  {
    ReportFolder folder(scratch / "results");
    folder.write(fresh, "never");
  }
  CHECK(files_in(scratch / "results").size() == 2);
  ReportFolder folder(scratch / "results");
  folder.write(fresh, "new");
  CHECK(folder.keep(scratch / "source", "linked.txt"));
  CHECK_FALSE(folder.keep(scratch / "no such", "none.txt"));
  CHECK(folder.commit(is_allure_file_of_ours));
  CHECK(files_in(scratch / "results") ==
        std::map<std::string, std::string>{{"mine.json", "mine"}, {fresh, "new"}, {"linked.txt", "linked"}});
}

TEST_CASE("AReportFolderThatCanNotBeSaysWhyAndLeavesNone", "[report_folder]") {
  const Scratch scratch;
  scratch.write("file", "in the way");
  CHECK(ReportFolder(scratch / "file").error() == "Not a directory");
  CHECK(ReportFolder(scratch / "file/below").error() == "Not a directory");
  { CHECK(ReportFolder(scratch / "made").error().empty()); }
  CHECK_FALSE(fs::exists(scratch / "made"));
}
