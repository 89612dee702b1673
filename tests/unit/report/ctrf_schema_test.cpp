#include <e2e_catch.hpp>
#include <nlohmann/json.hpp>

#include "json_schema.hpp"
#include "recorded_run.hpp"
#include "report/ctrf_report.hpp"

using namespace e2e::host;
using nlohmann::json;

namespace {

const e2e_test::JsonSchema& schema() {
  static const auto read =
      e2e_test::JsonSchema::of_file(E2E_SOURCE_FOLDER "/tests/unit/report/ctrf.schema.json");
  return read;
}

}  // namespace

TEST_CASE("CtrfIsWhatItsRulesDemand") {
  CHECK(schema().problems(json::parse(sample().text(write_ctrf_report))).empty());
  CHECK(schema()
            .problems(json::parse(Recorded().add(sample_run({})).add(finish(3)).text(write_ctrf_report)))
            .empty());
  CHECK(schema()
            .problems(json::parse(Recorded().add(sample_run({"s::m::n"})).text(write_ctrf_report)))
            .empty());
  for (const std::string& text : kHostile)
    CHECK(schema().problems(json::parse(hostile(text).text(write_ctrf_report))).empty());
}

TEST_CASE("TheRulesRefuseWhatIsNoCtrf") {
  const json good = json::parse(sample().text(write_ctrf_report));
  json bad = good;
  bad["results"]["tests"][0]["status"] = "flaky";
  CHECK_FALSE(schema().problems(bad).empty());
  bad = good;
  bad["results"]["summary"].erase("pending");
  CHECK_FALSE(schema().problems(bad).empty());
  bad = good;
  bad["results"]["tests"][0]["outcome"] = "passed";
  CHECK_FALSE(schema().problems(bad).empty());
}
