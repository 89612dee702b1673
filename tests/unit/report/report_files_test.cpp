// JUnit, JSON and HTML, each from the same events.
#include <algorithm>
#include <cstdio>
#include <e2e_catch.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <set>

#include "recorded_run.hpp"
#include "report/html_report.hpp"
#include "report/json_report.hpp"
#include "report/junit_report.hpp"

using namespace e2e::host;

namespace {

/// The page's data: all that is between its data elements' tags.
std::vector<nlohmann::json> page_data(const std::string& page) {
  const std::string begin = "<script type=\"application/json\" id=\"";
  std::vector<nlohmann::json> data;
  for (size_t at = page.find(begin); at != page.npos; at = page.find(begin, at + 1)) {
    const size_t start = page.find('>', at) + 1;
    data.push_back(nlohmann::json::parse(page.substr(start, page.find("</script>", start) - start)));
  }
  return data;
}

}  // namespace

TEST_CASE("JUnitCountsEachTestOnceAndNamesHowItEnded") {
  pugi::xml_document document;
  const std::string text = sample().text(write_junit_report);
  REQUIRE(document.load_string(text.c_str()));
  const pugi::xml_node root = document.child("testsuites");
  CHECK(root.attribute("tests").as_int() == 6);
  CHECK(root.attribute("failures").as_int() == 1);
  CHECK(root.attribute("errors").as_int() == 1);
  CHECK(root.attribute("skipped").as_int() == 2);
  CHECK(std::string(root.attribute("time").value()) == "1.500");

  const pugi::xml_node orders = root.child("testsuite");
  CHECK(std::string(orders.attribute("name").value()) == "orders");
  CHECK(orders.attribute("tests").as_int() == 3);
  const auto named = [&](const char* name) {
    return root.find_node([&](const pugi::xml_node& node) {
      return std::string(node.name()) == "testcase" && std::string(node.attribute("name").value()) == name;
    });
  };
  const pugi::xml_node pays = named("pays");
  CHECK(std::string(pays.attribute("classname").value()) == "orders.01_pay");
  CHECK(std::string(pays.attribute("file").value()) == "services/orders/modules/01_pay.cpp");
  CHECK(pays.attribute("line").as_int() == 12);
  CHECK(std::string(pays.attribute("time").value()) == "0.012");
  CHECK(std::string(pays.child("system-out").child_value()) == "hello\n");
  CHECK(!pays.child("failure"));

  const pugi::xml_node fails = named("fails");
  const std::string message = fails.child("failure").attribute("message").value();
  CHECK(message == "assert_status(response, 201)   actual: 500 Internal Server Error");
  CHECK(std::string(fails.child("failure").attribute("type").value()) == "failed");
  const std::string told = fails.child("failure").child_value();
  CHECK(told.find(message + "\n") == 0);
  CHECK(told.find("expected: 201 Created") != told.npos);
  CHECK(told.find("curl -X POST http://127.0.0.1:8083/orders") != told.npos);
  CHECK(told.find("again: e2e-host run orders::01_pay::fails") != told.npos);
  CHECK(std::string(fails.child("rerunFailure").child("stackTrace").child_value()).find(message) == 0);
  CHECK(fails.child("properties").find_child_by_attribute("value", "slow"));

  const pugi::xml_node wavers = named("wavers");
  CHECK(!wavers.child("failure"));
  CHECK(std::string(wavers.child("flakyFailure").child("stackTrace").child_value()).find(message) == 0);
  CHECK(std::string(named("skips").child("skipped").attribute("message").value()) == "users is down");
  CHECK(std::string(named("crashes").child("error").attribute("type").value()) == "crashed");
  CHECK(std::string(named("crashes").child("error").attribute("message").value()) ==
        "SIGSEGV at address 0x0 (null dereference)");
  CHECK(std::string(named("waits").child("skipped").attribute("message").value()) ==
        "not run: stopped by SIGINT");
}

TEST_CASE("JUnitHasNoTwoCasesOfOneName") {
  Recorded recorded;
  RunStarted run = sample_run({"a::b.c::d", "a.b::c::d"});
  recorded.add(std::move(run));
  FixtureFailed fixture;
  fixture.service = "a";
  fixture.phase = "after_all";
  fixture.failures.push_back(sample_failure());
  // The same in two scopes, as with two workers.
  recorded.add(fixture).add(fixture).add(Trouble{"one"}).add(Trouble{"two"}).add(finish(4));
  pugi::xml_document document;
  REQUIRE(document.load_string(recorded.text(write_junit_report).c_str()));
  std::set<std::string> names;
  size_t cases = 0;
  for (const auto& node : document.select_nodes("//testcase")) {
    names.insert(std::string(node.node().attribute("classname").value()) + " " +
                 node.node().attribute("name").value());
    ++cases;
  }
  CHECK(cases == 5);  // two tests, one fixture, two troubles
  CHECK(names.size() == cases);
  CHECK(document.child("testsuites").attribute("failures").as_int() == 1);
  CHECK(document.child("testsuites").attribute("errors").as_int() == 2);
}

TEST_CASE("JsonHasRunServicesAndTestsWithTheirAttempts") {
  const nlohmann::json report = sample().json();
  CHECK(report["schema"] == 1);
  CHECK(report["run"]["total"] == 6);
  CHECK(report["run"]["failed"] == 2);
  CHECK(report["run"]["exit_code"] == 1);
  CHECK(report["run"]["is_complete"] == true);
  REQUIRE(report["services"].size() == 2);
  CHECK(report["services"][0]["name"] == "orders");
  CHECK(report["services"][0]["flaky"] == 1);
  CHECK(report["services"][1]["not_run"] == 1);
  REQUIRE(report["tests"].size() == 6);
  CHECK(report["tests"][2]["outcome"] == "flaky");
  CHECK(report["tests"][2]["attempts"][0]["failures"][0]["actual"] == "500 Internal Server Error");
  CHECK(report["tests"][2]["attempts"][1]["status"] == "passed");
  CHECK(report["tests"][5]["reason"] == "stopped by SIGINT");
}

TEST_CASE("JsonOfARunThatBrokeOffSaysSo") {
  Recorded recorded;
  recorded.add(sample_run({"s::m::n"}));
  const nlohmann::json report = recorded.json();
  CHECK(report["run"]["is_complete"] == false);
  CHECK(report["run"]["not_run"] == 1);
  CHECK(report["tests"][0]["outcome"] == "not_run");
  CHECK(report["tests"][0]["reason"] == "the run ended before it");
}

TEST_CASE("HtmlHoldsTheRunAsData") {
  const auto data = page_data(sample().text(write_html_report));
  REQUIRE(data.size() == 2);
  CHECK(data[0]["tests"][1]["cause"] == "assert_status(response, 201)   actual: 500 Internal Server Error");
  CHECK(data[0]["tests"][2]["attempts"].size() == 2);
  const nlohmann::json& attempt = data[1][1][0];
  CHECK(attempt["exchanges"][0]["response_body"] == R"({"error":"card_declined"})");
  CHECK(attempt["curl"][0].get<std::string>().find("curl -X POST") == 0);
}

TEST_CASE("HostileTextIsInertInJUnit") {
  for (const std::string& text : kHostile) {
    INFO(text.substr(0, 40));
    const std::string xml = hostile(text).text(write_junit_report);
    pugi::xml_document document;
    CHECK(document.load_string(xml.c_str()));
    CHECK(has_only_plain_text(xml));
    CHECK(xml.size() < 5'000'000);
    CHECK(xml.find("<script") == xml.npos);
    CHECK(document.select_nodes("//testcase").size() == 3);
    CHECK(document.select_nodes("//script").empty());
  }
}

TEST_CASE("HostileTextIsInertInJson") {
  for (const std::string& text : kHostile) {
    INFO(text.substr(0, 40));
    const std::string json = hostile(text).text(write_json_report);
    const nlohmann::json report = nlohmann::json::parse(json);  // refuses what is no UTF-8
    CHECK(report["tests"].size() == 1);
    CHECK(report["tests"][0]["attempts"][0]["failures"].size() == 1);
  }
}

TEST_CASE("HostileTextIsInertInHtml") {
  const std::string usual = sample().text(write_html_report);
  for (const std::string& text : kHostile) {
    INFO(text.substr(0, 40));
    const std::string page = hostile(text).text(write_html_report);
    // No element more than there would be: the data can't begin or end one.
    CHECK(count_of(page, "<script") == count_of(usual, "<script"));
    CHECK(count_of(page, "</script") == count_of(usual, "</script"));
    CHECK(count_of(page, "<img") == 0);
    CHECK(count_of(page, "<!--") == count_of(usual, "<!--"));
    CHECK(page.find("\xE2\x80\xA8") == page.npos);
    CHECK(page.size() < 10'000'000);
    const auto data = page_data(page);
    REQUIRE(data.size() == 2);
    std::string shown;
    const std::function<void(const nlohmann::json&)> collect = [&](const nlohmann::json& value) {
      if (value.is_string()) shown += value.get<std::string>();
      if (value.is_structured())
        for (const auto& item : value) collect(item);
    };
    for (const auto& each : data) collect(each);
    CHECK(has_only_plain_text(shown));
  }
}

TEST_CASE("DetailsOfPassedTestsGiveWayWhereThePageWouldGetTooLarge") {
  Recorded recorded;
  std::vector<std::string> ids;
  for (int i = 0; i < 600; ++i) ids.push_back("s::m::n" + std::to_string(i));
  recorded.add(sample_run(ids));
  for (uint32_t i = 0; i < 600; ++i) {
    AttemptFinished attempt = i == 599 ? failed_attempt(i) : sample_attempt(i, Status::passed);
    for (int k = 0; k < 8; ++k) attempt.exchanges.push_back(sample_exchange());
    for (auto& exchange : attempt.exchanges) exchange.response_body = std::string(16'000, 'x');
    recorded.add(std::move(attempt));
    recorded.add(TestFinished{i, i == 599 ? Outcome::failed : Outcome::passed, 1, ""});
  }
  const std::string page = recorded.add(finish()).text(write_html_report);
  CHECK(page.size() < 30'000'000);
  const auto data = page_data(page);
  CHECK(data[1][0][0].value("brief", false) == false);
  CHECK(data[11][49][0].value("brief", false) == true);
  CHECK(data[12][49][0].value("brief", false) == false);
}

// e2e_report_tests "[.measure]" > /tmp/report.html: a page of 10,000 tests.
TEST_CASE("PageOfTenThousandTests", "[.measure]") {
  Recorded recorded;
  std::vector<std::string> ids;
  for (int i = 0; i < 10'000; ++i)
    ids.push_back("service" + std::to_string(i / 1000) + "::module" + std::to_string(i / 100) + "::test" +
                  std::to_string(i));
  recorded.add(sample_run(ids, 2));
  for (uint32_t i = 0; i < 10'000; ++i) {
    AttemptFinished attempt = i % 50 == 0 ? failed_attempt(i) : sample_attempt(i, Status::passed);
    attempt.start_ns = i * 3 * kMs;
    attempt.slot = i % 4;
    attempt.duration_ns = (i % 17 + 1) * kMs;
    for (int k = 0; k < 3; ++k) attempt.exchanges.push_back(sample_exchange());
    for (int k = 0; k < 4; ++k) attempt.steps.push_back({"step", "file.cpp", 3, 0, k * kMs, kMs});
    recorded.add(std::move(attempt));
    recorded.add(TestFinished{i, i % 50 == 0 ? Outcome::failed : Outcome::passed, 1, ""});
  }
  const std::string page = recorded.add(finish()).text(write_html_report);
  std::fwrite(page.data(), 1, page.size(), stdout);
}
