#include "cli/report_options.hpp"

#include <e2e_catch.hpp>

#include "base/fatal.hpp"
#include "base/output_request.hpp"
#include "config/load_config.hpp"

using namespace e2e::host;

namespace {

Config config_of(const std::string& text) {
  Config config = load_config_text(text, {});
  config.project = "/project";
  return config;
}

Options options_of(const std::vector<std::string>& outputs) {
  Options options;
  options.outputs = outputs;
  return options;
}

std::string refusal_of_reports(const Options& options) {
  try {
    plan_outputs(options, config_of(""), "/project/here");
  } catch (const Fatal& error) {
    CHECK(error.code() == ExitCode::usage);
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("OutputRequestsAreReadOrSaidWhatIsWrong") {
  CHECK(parse_output_request("html")->path.empty());
  CHECK(parse_output_request("json=a=b")->path == "a=b");
  CHECK(output_request_problem("junitt") ==
        "'junitt' is not one of console, html, junit, json, ctrf, allure, github, tap, trace, har, ndjson, "
        "exec:COMMAND; "
        "did you mean 'junit'?");
  CHECK(output_request_problem("json=") == "'json=' has no path behind the '='");
  CHECK(output_request_problem("console=x") == "console takes no path: it is what is printed");
  CHECK_FALSE(parse_output_request("xml"));
}

TEST_CASE("OutputsGoToTheReportFolderOrWhereTheySay") {
  Options options = options_of({"html", "junit=x.xml", "json=/abs.json", "console"});
  OutputPlan plan = plan_outputs(options, config_of(""), "/project/here");
  REQUIRE(plan.targets.size() == 3);
  CHECK(plan.targets[0].path == "/project/.e2e/reports/report.html");
  CHECK(plan.targets[0].shown == "/project/.e2e/reports/report.html");
  CHECK(plan.targets[1].path == "/project/here/x.xml");
  CHECK(plan.targets[1].shown == "x.xml");
  CHECK(plan.targets[2].path == "/abs.json");
  CHECK_FALSE(plan.is_stdout_taken);
  options.report_dir = "out";
  plan = plan_outputs(options, config_of(""), "/project/here");
  CHECK(plan.targets[0].shown == "out/report.html");
}

TEST_CASE("OutputToStandardOutputTakesItFromTheConsole") {
  const OutputPlan plan = plan_outputs(options_of({"ndjson=-"}), config_of(""), "/project");
  CHECK(plan.is_stdout_taken);
  CHECK(plan.targets.at(0).path.empty());
  CHECK(plan.targets.at(0).shown == "standard output");
}

TEST_CASE("ConfiguredOutputsStandUntilTheCommandLineHasOwn") {
  const Config config = config_of("reports: {dir: out, outputs: [html, json=sub/r.json]}");
  OutputPlan plan = plan_outputs({}, config, "/project/here");
  REQUIRE(plan.targets.size() == 2);
  CHECK(plan.targets[0].path == "/project/out/report.html");
  CHECK(plan.targets[1].path == "/project/sub/r.json");
  plan = plan_outputs(options_of({"console"}), config, "/project/here");
  CHECK(plan.targets.empty());
}

TEST_CASE("MistakesInReportsArePointedAt") {
  try {
    load_config_text("reports:\n  outputs: [htm]\n  dir: ''\n", {});
    FAIL("no error");
  } catch (const Fatal& error) {
    const std::string text = error.what();
    CHECK(text.find(
              "e2e.conf:2:13: error: 'htm' is not one of console, html, junit, json, ctrf, allure, github, "
              "tap, trace, har, ndjson, exec:COMMAND; did you "
              "mean 'html'?") != text.npos);
    CHECK(text.find("dir must be a path without control characters, not ''") != text.npos);
  }
}

TEST_CASE("TwoReportsInOnePlaceAreRefused") {
  CHECK(refusal_of_reports(options_of({"json=a", "junit=a"})) ==
        "error: --output: both json and junit would be written to a\nhint: give one of them another place: "
        "--output junit=PATH");
  CHECK(refusal_of_reports(options_of({"json=-", "junit=-"}))
            .find("both json and junit would be written to standard "
                  "output") != std::string::npos);
  CHECK(refusal_of_reports(options_of({"json", "json"})) == "none");
  Options lonely;
  lonely.report_dir = "x";
  CHECK(refusal_of_reports(lonely).find("error: --report-dir: there is no report to put there") == 0);
}
