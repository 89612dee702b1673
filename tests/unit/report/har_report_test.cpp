#include "report/har_report.hpp"

#include <e2e_catch.hpp>
#include <nlohmann/json.hpp>

#include "json_schema.hpp"
#include "recorded_run.hpp"

using namespace e2e::host;
using nlohmann::json;

namespace {

const e2e_test::JsonSchema& har_schema() {
  static const auto read =
      e2e_test::JsonSchema::of_file(E2E_SOURCE_FOLDER "/tests/unit/report/har.schema.json");
  return read;
}

}  // namespace

TEST_CASE("HarIsWhatItsRulesDemand") {
  const json har = json::parse(sample().text(write_har_report));
  CHECK(har_schema().problems(har).empty());
  for (const auto& entry : har["log"]["entries"]) {
    const auto& timings = entry["timings"];
    double sum = 0;
    for (const char* phase : {"blocked", "dns", "connect", "send", "wait", "receive"})
      if (timings[phase] > 0) sum += timings[phase].get<double>();
    CHECK(std::abs(sum - entry["time"].get<double>()) < 0.01);
    CHECK(timings["ssl"].get<double>() <= timings["connect"].get<double>());
    bool has_page = false;
    for (const auto& page : har["log"]["pages"]) has_page |= page["id"] == entry["pageref"];
    CHECK(has_page);
  }
  const json empty = json::parse(Recorded().add(sample_run({})).add(finish(3)).text(write_har_report));
  CHECK(har_schema().problems(empty).empty());
  CHECK(empty["log"]["entries"].empty());
  for (const std::string& text : kHostile)
    CHECK(har_schema().problems(json::parse(hostile(text).text(write_har_report))).empty());
  json bad = har;
  bad["log"]["entries"][0]["timings"].erase("wait");
  CHECK_FALSE(har_schema().problems(bad).empty());
}

TEST_CASE("HarHasTheExchangesOfAttemptsThatWentWrongAndNoOthers") {
  Recorded recorded;
  recorded.add(sample_run({"s::m::fails", "s::m::passes"}));
  AttemptFinished failed = failed_attempt(0);
  ExchangeRecord& exchange = failed.exchanges[0];
  exchange = ExchangeRecord();
  exchange.method = "POST";
  exchange.url = "https://h/pay?card=42%2642&q=a+b&flag#part";
  exchange.status = 302;
  exchange.request_headers = {{"Content-Type", "application/json"}};
  exchange.response_headers = {{"location", "/done"}, {"content-type", "text/html"}};
  exchange.request_body = "{}";
  exchange.request_body_size = 2;
  exchange.response_body = "cut";
  exchange.response_body_size = 20'000;
  exchange.http_version = "2";
  exchange.retry = 1;
  exchange.connect_ns = 1'000'000;
  exchange.tls_ns = 2'000'000;
  exchange.wait_ns = 3'500'000;
  AttemptFinished passed = sample_attempt(1, Status::passed);
  passed.exchanges.push_back(sample_exchange());
  recorded.add(failed).add(passed).add(finish());
  const json log = json::parse(recorded.text(write_har_report))["log"];
  REQUIRE(log["pages"].size() == 1);
  CHECK(log["pages"][0]["title"] == "s::m::fails");
  REQUIRE(log["entries"].size() == 1);
  const json& entry = log["entries"][0];
  CHECK(entry["pageref"] == "s::m::fails#1");
  CHECK(entry["request"]["queryString"] == json{{{"name", "card"}, {"value", "42&42"}},
                                                {{"name", "q"}, {"value", "a b"}},
                                                {{"name", "flag"}, {"value", ""}}});
  CHECK(entry["request"]["postData"]["mimeType"] == "application/json");
  CHECK(entry["request"]["postData"]["text"] == "{}");
  CHECK(entry["response"]["status"] == 302);
  CHECK(entry["response"]["redirectURL"] == "/done");
  CHECK(entry["response"]["httpVersion"] == "HTTP/2");
  CHECK(entry["response"]["content"]["size"] == 20'000);
  CHECK(entry["response"]["content"]["comment"] == "the first 3 B of 19.5 KiB");
  CHECK(entry["timings"]["connect"] == 3.0);
  CHECK(entry["timings"]["ssl"] == 2.0);
  CHECK(entry["timings"]["dns"] == -1);
  CHECK(entry["time"] == 6.5);
  CHECK(entry["comment"] == "retry 1");
}
