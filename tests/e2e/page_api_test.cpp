// The page API against a real server: what passes, and what a person reads of what does not.
#include <cstdio>
#include <cstdlib>
#include <e2e_catch.hpp>

#include "e2e_regex.hpp"
#include "host_run.hpp"
#include "json_schema.hpp"
#include "page_server.hpp"

using namespace e2e_test;

namespace {

HostRun run_pages(const PageServer& server, const std::vector<std::string>& names,
                  const std::string& service_keys = "") {
  const Project project("services:\n  pages:\n    base_url: " + server.url() + "\n" + service_keys);
  std::vector<std::string> arguments = {"run", "--plugins", test_plugin("pages.so")};
  arguments.insert(arguments.end(), names.begin(), names.end());
  return run_host(project, arguments);
}

/// What the console says of a failed test, with the server's port as 1234 and times as TIME.
std::string failure_text(const PageServer& server, const std::string& name) {
  const HostRun run = run_pages(server, {"pages::01_failures::" + name});
  CHECK(run.exit_code == 1);
  const size_t begin = run.out.find("FAIL pages::");
  const size_t end = run.out.find("  again: ");
  if (begin == std::string::npos || end == std::string::npos) return run.out + run.err;
  std::string text = run.out.substr(begin, end - begin);
  for (size_t at = 0; (at = text.find(server.url(), at)) != std::string::npos;)
    text.replace(at, server.url().size(), "http://127.0.0.1:1234");
  return replaced_like(text, "[0-9.]+ (ms|us|µs|s)([^a-z])", "TIME$2");
}

}  // namespace

TEST_CASE("WhatThePageApiOffersWorksAgainstARealServer") {
  const PageServer server;
  const HostRun run = run_pages(server, {"02_passes"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  CHECK(run.all("test_finished").size() == 4);
}

TEST_CASE("AFailedMatchIsShownWithPathsExchangeAndCurl") {
  const PageServer server;
  CHECK(failure_text(server, "wrong_member") == R"~(FAIL pages::01_failures::wrong_member   [TIME, worker 0]
  tests/plugins/pages/01_failures.cpp:9
  assert_matches(response, {"status": "paid", "id": a UUID})
  /status: expected "paid", got "declined"
  /id: expected a UUID, but it is missing
  POST http://127.0.0.1:1234/echo    wait TIME · total TIME
  > authorization: ***  content-type: application/json   {"status":"declined"}
  < 200  content-type: application/json   {"status":"declined"}
  curl -X POST http://127.0.0.1:1234/echo -H 'user-agent: e2e-host/0.1.0' -H 'accept: */*' -H 'authorization: ***' -H 'content-type: application/json' --data-raw '{"status":"declined"}'
)~");
}

TEST_CASE("AFailedSchemaIsShownWithItsPaths") {
  const PageServer server;
  CHECK(failure_text(server, "wrong_schema") == R"~(FAIL pages::01_failures::wrong_schema   [TIME, worker 0]
  tests/plugins/pages/01_failures.cpp:16
  assert_schema(response, schema)
  /n: Value type not permitted by 'type' constraint.
  the document: Missing required property 'id'.
  POST http://127.0.0.1:1234/echo    wait TIME · total TIME
  > content-type: application/json   {"n":7}
  < 200  content-type: application/json   {"n":7}
  curl -X POST http://127.0.0.1:1234/echo -H 'user-agent: e2e-host/0.1.0' -H 'accept: */*' -H 'content-type: application/json' --data-raw '{"n":7}'
)~");
}

TEST_CASE("SoftAssertionsAreAllShown") {
  const PageServer server;
  CHECK(failure_text(server, "several_soft_ones") ==
        R"~(FAIL pages::01_failures::several_soft_ones   [TIME, worker 0]
  tests/plugins/pages/01_failures.cpp:21
  expect_cookie(response, "sid", "xyz")        actual: "abc"   expected: "xyz"
  tests/plugins/pages/01_failures.cpp:22
  expect_header_matches(response, "content-type", "xml")
    actual:   "application/json"
    expected: matches "xml"
  tests/plugins/pages/01_failures.cpp:23
  expect_body_matches(response, "^[0-9]+$")
    actual:   "{\"set\":[\"sid\"]}"
    expected: matches "^[0-9]+$"
  tests/plugins/pages/01_failures.cpp:24
  expect_body_sha256(response, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    actual:   55322767db84391112af4c18d7d9ecef66e103a5b7b45b385cbb309778da1fef
    expected: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
  tests/plugins/pages/01_failures.cpp:25
  response.json() == e2e::object({{"set", e2e::array({"sid", "uid"})}})
    actual:   {"set":["sid"]}
    expected: {"set":["sid","uid"]}
  /set: expected 2 elements, got 1
  /set/1: expected "uid", but it is missing
  GET http://127.0.0.1:1234/cookies/set?name=sid&value=abc    wait TIME · total TIME
  < 200  content-type: application/json   {"set":["sid"]}
  curl 'http://127.0.0.1:1234/cookies/set?name=sid&value=abc' -H 'user-agent: e2e-host/0.1.0' -H 'accept: */*'
)~");
}

TEST_CASE("WhatNeverComesTrueIsShownWithTheTries") {
  const PageServer server;
  CHECK(failure_text(server, "never_done") == R"~(FAIL pages::01_failures::never_done   [TIME, worker 0]
  tests/plugins/pages/01_failures.cpp:29
  assert_json(response, "/state", "done")        actual: "running"   expected: "done"
  not within TIME, in 1 try; at last: GET http://127.0.0.1:1234/job -> 200
  GET http://127.0.0.1:1234/job    wait TIME · total TIME
  < 200  content-type: application/json   {"state":"running","asked":1}
  curl http://127.0.0.1:1234/job -H 'user-agent: e2e-host/0.1.0' -H 'accept: */*'
)~");
}

TEST_CASE("RetriesAreSaidOfTestsThatPassAndShownOfThoseThatFail") {
  const PageServer server;
  const HostRun run = run_pages(server, {"tries_again"});
  INFO(run.out);
  CHECK(run.exit_code == 0);
  CHECK(run.out.find("RETRIED pages::02_passes::tries_again   GET " + server.url() +
                     "/flaky?name=request-") != std::string::npos);
  CHECK(run.out.find("&fails=2&status=503 -> 200 after 2 retries\n") != std::string::npos);
  const auto attempt = run.last_attempt("pages::02_passes::tries_again");
  CHECK(attempt["exchanges"].size() == 7);
  CHECK(attempt["exchanges"][2]["retry"] == 2);
  CHECK(attempt["notes"].size() == 2);

  const std::string text = failure_text(server, "retries_in_vain");
  INFO(text);
  CHECK(text.find("&fails=9&status=502    retry 1    wait TIME") != std::string::npos);
  CHECK(text.find(" -> 502 after 1 retry (502)\n") != std::string::npos);
}

TEST_CASE("RetriesCanBeConfigured") {
  const PageServer server;
  const HostRun run = run_pages(server, {"retries_in_vain", "tries_again"},
                                "    requests: {retries: 3, retry_on: [502, 503], retry_delay: 1}\n");
  CHECK(run.exit_code == 1);
  CHECK(run.outcome("pages::02_passes::tries_again") == "passed");
  const Project wrong(
      "services:\n  pages: {base_url: \"http://a\", requests: {retries: 99, retry_on: [moon]}}\n");
  const HostRun refused = run_host(wrong, {"config", "check"});
  CHECK(refused.exit_code == 2);
  CHECK((refused.out + refused.err).find("error: retries must be a whole number from 0 to 20, not '99'") !=
        std::string::npos);
  CHECK((refused.out + refused.err)
            .find("error: retry_on must be a list of connect, timeout, broken and statuses") !=
        std::string::npos);
}

TEST_CASE("EachRowOfATableIsATestOfItsOwn") {
  const PageServer server;
  const HostRun run = run_pages(server, {"04_each"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 1);
  std::string outcomes;
  for (const auto& finished : run.all("test_finished"))
    outcomes +=
        finished["test"].get<std::string>().substr(16) + " " + finished["outcome"].get<std::string>() + "\n";
  CHECK(outcomes ==
        "echoes_each.one passed\nechoes_each.two_words passed\nechoes_each.two-words passed\n"
        "echoes_each.two_words-4 failed\nis_number.7 passed\nis_number.8 passed\nhas_none.1 passed\n"
        "has_none.2 passed\nreads_its_data passed\n");
  CHECK(run_pages(server, {"--tag", "each"}).all("test_finished").size() == 4);
  CHECK(run_pages(server, {"pages::04_each::is_number.7"}).exit_code == 0);
  CHECK(run_pages(server, {"is_number"}).all("test_finished").size() == 2);
}

TEST_CASE("YamlAndPortsAreThereForTests") {
  const PageServer server;
  const HostRun run = run_pages(server, {"reads_yaml", "reads_broken_yaml", "leases_ports"});
  INFO(run.out << run.err);
  CHECK(run.outcome("pages::08_data::reads_yaml") == "passed");
  CHECK(run.outcome("pages::08_data::leases_ports") == "passed");
  CHECK(run.outcome("pages::08_data::reads_broken_yaml") == "failed");
  CHECK(run.out.find("  YAML:2:1: error: ") != std::string::npos);
}

TEST_CASE("WhatNeedsOneResourceRunsOneAfterTheOtherAlsoWhereAWorkerDies") {
  const PageServer server;
  for (const char* isolation : {"process", "service"}) {
    const Project project("services:\n  pages:\n    base_url: " + server.url() + "\n");
    const HostRun run =
        run_host(project,
                 {"run", "--plugins", test_plugin("pages.so"), "first_alone", "second_alone", "third_alone",
                  "dies_with_it", "-j", "4", "--parallel-mode", "test", "--isolation", isolation},
                 {{"E2E_TEST_SHARED_FOLDER", project.folder().string()}});
    INFO(run.out << run.err);
    CHECK(run.outcome("pages::08_data::dies_with_it") == "failed");
    for (const char* name : {"first_alone", "second_alone", "third_alone"})
      CHECK(run.outcome(std::string("pages::08_data::") + name) == "passed");
    // No two of them at once: each starts after another's end.
    std::string order;
    for (const auto& event : run.events)
      if (event["event"] == "attempt_started" || event["event"] == "attempt_finished")
        order += event["event"] == "attempt_started" ? '(' : ')';
    CHECK(order == "()()()()");
  }
}

TEST_CASE("APlantedSecretIsInNoFileAndOnNoConsole") {
  const PageServer server;
  const std::string planted = "pl4nted~Secret!of=the&run", own = "own/secret+pl4n";
  const Project project("secrets: {variables: [PLANTED]}\nservices:\n  pages:\n    base_url: " +
                        server.url() + "\n    headers: {X-Env: \"${PLANTED}\"}\n");
  const HostRun run =
      run_host(project,
               {"run", "--plugins", test_plugin("pages.so"), "05_secrets", "--live", "--verbose", "--output",
                "html", "--output", "junit", "--output", "json", "--output", "ctrf"},
               {{"PLANTED", planted}});
  CHECK(run.exit_code == 1);
  CHECK(run.out.find("failed with *** and ***") != std::string::npos);
  const HostRun shown = run_host(project, {"config", "show"}, {{"PLANTED", planted}});
  const auto encoded = [](const std::string& text) {
    const std::string command = "printf %s '" + text + "' | base64 -w0";
    std::string out;
    FILE* const pipe = ::popen(command.c_str(), "r");
    for (int c = 0; (c = std::fgetc(pipe)) != EOF;) out += static_cast<char>(c);
    ::pclose(pipe);
    return out.substr(0, out.find_last_not_of('=') - 1);
  };
  const std::vector<std::string> forms = {
      planted,          own,          "pl4nted~Secret%21of%3Dthe%26run", "own%2Fsecret%2Bpl4n",
      encoded(planted), encoded(own), encoded("user:" + planted)};
  size_t files = 0;
  const auto hold = [&](const std::string& where, const std::string& text) {
    for (const std::string& form : forms) {
      INFO(where << " has " << form);
      CHECK(text.find(form) == std::string::npos);
    }
  };
  hold("stdout", run.out);
  hold("stderr", run.err);
  hold("config show", shown.out + shown.err);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(project.folder() / ".e2e")) {
    if (!entry.is_regular_file()) continue;
    ++files;
    hold(entry.path().string(),
         project.read(std::filesystem::relative(entry.path(), project.folder()).string()));
  }
  CHECK(files >= 6);
}

TEST_CASE("AttachmentsAreKeptAsFilesAndShownWhereTheTestFailed") {
  const PageServer server;
  const Project project("services:\n  pages:\n    base_url: " + server.url() + "\n");
  const HostRun run = run_host(project, {"run", "--plugins", test_plugin("pages.so"), "06_attachments", "-o",
                                         "html", "-o", "junit", "-o", "ctrf", "-o", "json"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 1);
  const auto attempt = run.last_attempt("pages::06_attachments::attaches");
  const auto& attachments = attempt["attachments"];
  REQUIRE(attachments.size() == 3);
  CHECK(attachments[0]["name"] == "point.png");
  CHECK(attachments[0]["type"] == "image/png");
  CHECK(attachments[0]["bytes"] == 70);
  CHECK(attachments[1]["name"] == "_.._log.txt");
  CHECK(attachments[1]["type"] == "text/plain");
  CHECK(attachments[2]["name"] == "<img src=x onerror=alert(1)>]]_[31m");
  CHECK(attachments[2]["type"] == "application/octet-stream");
  for (const auto& each : attachments)
    CHECK(std::filesystem::file_size(run.run_folder / each["file"].get<std::string>()) == each["bytes"]);
  const std::string kept = project.read(
      std::filesystem::relative(run.run_folder / attachments[1]["file"].get<std::string>(), project.folder())
          .string());
  CHECK(kept == "token=*** end\n");
  REQUIRE(attempt["notes"].size() == 1);
  CHECK(attempt["notes"][0] ==
        "attachment 'huge.bin' left out: it has 16777217 bytes, and at most 16777216 are kept");
  CHECK(run.out.find("  attachment: point.png (image/png, 70 B)   ") != std::string::npos);

  const std::string page = project.read(".e2e/reports/report.html");
  CHECK(page.find("\"image\":\"iVBORw0KGgo") != std::string::npos);
  CHECK(page.find("\"href\":\"./report-files/") != std::string::npos);
  CHECK(project.read(".e2e/reports/report-files/" + attachments[0]["sha256"].get<std::string>() + ".png")
            .size() == 70);
  CHECK(page.find("<img") == std::string::npos);
  const std::string junit = project.read(".e2e/reports/junit.xml");
  CHECK(junit.find("[[ATTACHMENT|.e2e/runs/" + run.run_folder.filename().string() + "/attachments/") !=
        std::string::npos);
  CHECK(junit.find("<img") == std::string::npos);
  CHECK(project.read(".e2e/reports/ctrf.json").find("\"contentType\":\"image/png\"") != std::string::npos);

  // Made again from the journal, they are the same.
  const HostRun again = run_host(project, {"report", "latest", "-o", "html=again.html", "-o",
                                           "json=again.json", "--report-dir", ".e2e/reports"});
  CHECK(again.exit_code == 1);
  CHECK(project.read("again.json") == project.read(".e2e/reports/report.json"));
  CHECK(project.read("again.html").find("\"image\":\"iVBORw0KGgo") != std::string::npos);
}

TEST_CASE("TheExchangesOfAFailedTestAreAHar") {
  const PageServer server;
  const Project project("services:\n  pages:\n    base_url: " + server.url() + "\n");
  const HostRun run = run_host(project, {"run", "--plugins", test_plugin("pages.so"), "wrong_member",
                                         "several_soft_ones", "is_fast", "-o", "har"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 1);
  const auto har = nlohmann::json::parse(project.read(".e2e/reports/failures.har"));
  CHECK(e2e_test::JsonSchema::of_file(E2E_SOURCE_FOLDER "/tests/unit/report/har.schema.json")
            .problems(har)
            .empty());
  const auto& entries = har["log"]["entries"];
  REQUIRE(entries.size() == 2);
  CHECK(har["log"]["pages"].size() == 2);
  CHECK(entries[0]["request"]["url"] == server.url() + "/echo");
  CHECK(entries[0]["request"]["postData"]["text"] == R"({"status":"declined"})");
  CHECK(entries[0]["response"]["content"]["text"] == R"({"status":"declined"})");
  CHECK(entries[0].dump().find("s3cret") == std::string::npos);
  CHECK(entries[1]["request"]["queryString"][1]["value"] == "abc");
}

TEST_CASE("WholeBodiesOfAnAttemptThatWentWrongAreFilesBesideTheReport") {
  const PageServer server;
  const Project project("limits: {grace_period: 2000}\nservices:\n  pages:\n    base_url: " + server.url() +
                        "\n");
  const HostRun run = run_host(project, {"run", "--plugins", test_plugin("pages.so"), "09_bodies", "-o",
                                         "html", "-o", "har", "-o", "json"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 1);
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  const std::string text = std::string(16 * 1024 - 5, 'a') + "***" + std::string(50'000 - 16'393, 'b');
  const auto exchanges = run.last_attempt("pages::09_bodies::large_bodies_of_a_failure")["exchanges"];
  REQUIRE(exchanges.size() == 3);
  const auto kept = [&](const nlohmann::json& exchange, const char* member, const std::string& ending) {
    const auto file = exchange[member].get<std::string>();
    CHECK(file.substr(file.size() - ending.size()) == ending);
    const std::string name = file.substr(file.find('/') + 1);
    CHECK(project.read(".e2e/runs/" + run.run_folder.filename().string() + "/" + file) ==
          project.read(".e2e/reports/report-files/" + name));
    return project.read(".e2e/reports/report-files/" + name);
  };
  for (const char* member : {"request_body_file", "response_body_file"}) {
    CHECK(kept(exchanges[0], member, ".txt") == text);
    CHECK(kept(exchanges[1], member, ".bin") == bytes);
    CHECK_FALSE(exchanges[2].contains(member));
  }
  CHECK(exchanges[0]["response_body"].get<std::string>().size() < 16'384);
  const auto late = run.last_attempt("pages::09_bodies::large_body_of_a_timeout");
  CHECK(late["status"] == "timed_out");
  CHECK(kept(late["exchanges"][0], "response_body_file", ".json") == std::string(20'000, 'x'));
  for (const auto& exchange : run.last_attempt("pages::09_bodies::large_bodies_of_a_pass")["exchanges"])
    CHECK(exchange.dump().find("body_file") == std::string::npos);
  CHECK(run.out.find("  response body, all 4.0 MiB") == std::string::npos);

  const std::string page = project.read(".e2e/reports/report.html");
  const std::string name = exchanges[0]["response_body_file"].get<std::string>().substr(12);
  CHECK(page.find("\"response_body_file\":\"./report-files/" + name + "\"") != std::string::npos);
  CHECK(std::distance(std::filesystem::directory_iterator(project.folder() / ".e2e/reports/report-files"),
                      {}) == 3);
  const auto har = nlohmann::json::parse(project.read(".e2e/reports/failures.har"));
  CHECK(har["log"]["entries"][0]["response"]["content"]["text"] == text);
  CHECK(har["log"]["entries"][0]["request"]["postData"]["text"] == text);
  CHECK(har["log"]["entries"][1]["response"]["content"]["encoding"] == "base64");
  CHECK(har["log"]["entries"][2]["response"]["content"]["comment"] == "the first 16.0 KiB of 4.0 MiB");

  // Made again from the journal, they lead to the same.
  const HostRun again =
      run_host(project, {"report", "latest", "-o", "html=again.html", "-o", "json=again.json"});
  CHECK(again.exit_code == 1);
  CHECK(project.read("again.json") == project.read(".e2e/reports/report.json"));
  CHECK(project.read("again-files/" + name) == text);
}

TEST_CASE("TheCurlLineOfAFailureRepeatsTheRequest") {
  const PageServer server;
  const HostRun run = run_pages(server, {"wrong_schema"});
  const size_t begin = run.out.find("  curl ");
  REQUIRE(begin != std::string::npos);
  const std::string line = run.out.substr(begin, run.out.find('\n', begin) - begin);
  REQUIRE(std::system(("sh -c " + std::string("'") + replaced_like(line, "'", "'\\''") + " -s -o /dev/null'")
                          .c_str()) == 0);
  // The server notes a request behind its answer.
  auto received = server.received();
  while (received.size() < 2) received = server.received();
  REQUIRE(received.size() == 2);
  CHECK(received[1].method == received[0].method);
  CHECK(received[1].target == received[0].target);
  CHECK(received[1].body == received[0].body);
  for (const char* name : {"content-type", "Accept", "accept", "user-agent", "User-Agent", "Content-Type"})
    CHECK(received[1].header(name) == received[0].header(name));
}
