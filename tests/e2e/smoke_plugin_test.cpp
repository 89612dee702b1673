// The plugin smoke against a service that answers: what it expects, what it says where that is not so, and
// what it says of wrong settings.
#include <httplib.h>

#include <chrono>
#include <e2e_catch.hpp>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "backend.hpp"
#include "host_run.hpp"

using namespace e2e_test;
namespace fs = std::filesystem;

namespace {

/// The demo backend's users, in this process.
class Users {
 public:
  Users() : backend_(options()) {}
  [[nodiscard]] std::string base_url() const {
    return "http://127.0.0.1:" + std::to_string(backend_.ports().at("users"));
  }

 private:
  static demo::Options options() {
    demo::Options options;
    options.services.push_back({demo::Service::users, 0});
    return options;
  }
  demo::Backend backend_;
};

/// Answers /fast at once and all else after 5 ms, and counts what it is asked.
class SlowService {
 public:
  SlowService() : port_(server_.bind_to_any_port("127.0.0.1")) {
    const auto answer = [this](const httplib::Request& request, httplib::Response&) {
      {
        const std::lock_guard lock(mutex_);
        ++asked_[request.method + " " + request.path];
      }
      if (request.path != "/fast") std::this_thread::sleep_for(std::chrono::milliseconds(5));
    };
    server_.Get(".*", answer);
    server_.Post(".*", answer);
    thread_ = std::thread([this] { server_.listen_after_bind(); });
  }
  ~SlowService() {
    server_.stop();
    thread_.join();
  }
  [[nodiscard]] std::string base_url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// Since the last look.
  std::map<std::string, int> take_asked() {
    const std::lock_guard lock(mutex_);
    return std::exchange(asked_, {});
  }

 private:
  httplib::Server server_;
  int port_;
  std::mutex mutex_;
  std::map<std::string, int> asked_;
  std::thread thread_;
};

/// A config whose service lists smoke with these settings, indented by eight.
std::string conf(const std::string& base_url, const std::string& settings) {
  return "services:\n  users:\n    base_url: " + base_url + "\n    plugins:\n      smoke:" + settings + "\n";
}

HostRun run_smoke(const Project& project, std::vector<std::string> words = {"run"}) {
  words.insert(words.end(), {"--plugins", E2E_SMOKE_PLUGIN});
  return run_host(project, words);
}

std::string message_of(const HostRun& run, const std::string& id) {
  const auto attempt = run.last_attempt(id);
  return attempt.is_null() || attempt["failures"].empty() ? "" : attempt["failures"][0].value("message", "");
}

const char* const good_settings = R"(
        latency_ms: 60000
        requests: 3
        percentile: 50
        endpoints:
          - {path: /users, headers: {content-type: application/json, content-length: true}, latency_ms: 60000}
          - {name: unknown_user, path: /users/usr_0, status: 404, json: {/error: not_found}}
          - path: /users
            method: POST
            body: {email: smoke@example.org, name: Smoke}
            request_headers: {x-smoke: "1"}
            status: [201, 409]
          - {name: broken_body, method: POST, path: /users, body: "{", request_headers: {content-type: application/json}, status: 400}
)";

const char* const bad_settings = R"(
        endpoints:
          - {path: /users, status: [201, 204], headers: {content-type: text/html, x-none: true}}
          - {path: /users/usr_0, status: 404, json: {/error: gone}}
          - {name: no_pointer, path: /users/usr_0, status: 404, json: {/eror: gone}}
)";

}  // namespace

TEST_CASE("ServiceIsTestedAsItsSettingsSay") {
  const Users users;
  const Project project(conf(users.base_url(), good_settings));
  for (const char* isolation : {"process", "service", "none"}) {
    INFO(isolation);
    const HostRun run = run_smoke(project, {"run", "--isolation", isolation});
    CHECK(run.exit_code == 0);
    CHECK(run.outcomes() ==
          "users::smoke::health passed [passed] \n"
          "users::smoke::latency passed [passed] \n"
          "users::smoke::get_users passed [passed] \n"
          "users::smoke::unknown_user passed [passed] \n"
          "users::smoke::post_users passed [passed] \n"
          "users::smoke::broken_body passed [passed] \n");
  }
  const HostRun tagged = run_smoke(project, {"list", "-t", "smoke"});
  CHECK(tagged.out.find("\n6 tests\n") != std::string::npos);
}

TEST_CASE("PluginThatIsListedWithoutSettingsLooksAtTheHealthEndpoint") {
  const Users users;
  const Project project("services: {users: {base_url: \"" + users.base_url() + "\", plugins: [smoke]}}");
  CHECK(run_smoke(project).outcomes() == "users::smoke::health passed [passed] \n");
}

TEST_CASE("WhatIsNotAsExpectedIsSaidWithBothSidesAndItsSetting") {
  const Users users;
  const Project project(conf(users.base_url(), bad_settings));
  const HostRun run = run_smoke(project);
  CHECK(run.exit_code == 1);
  CHECK(message_of(run, "users::smoke::get_users") ==
        "GET /users: not as services.users.plugins.smoke.endpoints[0] expects\n"
        "status: expected 201 or 204, got 200\n"
        "header content-type: expected \"text/html\", got \"application/json\"\n"
        "header x-none: expected any, got none");
  CHECK(message_of(run, "users::smoke::get_users_usr_0") ==
        "GET /users/usr_0: not as services.users.plugins.smoke.endpoints[1] expects\n"
        "/error: expected \"gone\", got \"not_found\"");
  CHECK(message_of(run, "users::smoke::no_pointer")
            .find(": no value at /eror; the document is an object with") != std::string::npos);
}

TEST_CASE("ServiceThatIsNotHealthyFails") {
  const Users users;
  std::string config = conf(users.base_url(), "");
  const Project project(config + "    health_endpoint: /nowhere\n");
  const HostRun run = run_smoke(project);
  CHECK(run.exit_code == 1);
  CHECK(message_of(run, "users::smoke::health") ==
        "GET /nowhere: the service is not healthy\nstatus: expected 2xx, got 404");
}

TEST_CASE("LatencyIsThatOfTheBestOfSeveralRequestsAsFarAsThatTakes") {
  SlowService service;
  const std::string settings = R"(
        latency_ms: 1
        requests: 3
        endpoints:
          - {path: /slow, latency_ms: 1}
          - {path: /slow, method: POST, latency_ms: 1}
          - {path: /fast, latency_ms: 60000})";
  const Project project(conf(service.base_url(), settings));
  const HostRun run = run_smoke(project);
  CHECK(run.outcome("users::smoke::get_fast") == "passed");
  const std::string expected = "latency: expected at most 1 ms, got ";
  for (const auto& [test, end] :
       std::map<std::string, std::string>{{"latency", " ms at best of 3 requests"},
                                          {"get_slow", " ms at best of 3 requests"},
                                          {"post_slow", " ms at best of 1 request"}}) {
    INFO(test);
    const std::string message = message_of(run, "users::smoke::" + test);
    CHECK(message.find(expected) != std::string::npos);
    CHECK(message.find(end) == message.size() - end.size());
  }
  // health asks once too.
  CHECK(
      service.take_asked() ==
      std::map<std::string, int>{{"GET /fast", 1}, {"GET /health", 4}, {"GET /slow", 3}, {"POST /slow", 1}});
}

TEST_CASE("PercentileTakesAllItsRequests") {
  SlowService service;
  const Project project(conf(service.base_url(), R"(
        health: false
        requests: 4
        percentile: 50
        endpoints:
          - {path: /fast, latency_ms: 60000}
          - {path: /slow, latency_ms: 1})"));
  const HostRun run = run_smoke(project);
  CHECK(run.outcomes() ==
        "users::smoke::get_fast passed [passed] \nusers::smoke::get_slow failed [failed] \n");
  CHECK(message_of(run, "users::smoke::get_slow").find(" ms at percentile 50 of 4 requests") !=
        std::string::npos);
  CHECK(service.take_asked() == std::map<std::string, int>{{"GET /fast", 4}, {"GET /slow", 4}});
}

TEST_CASE("WrongSettingsAreAllNamedWithTheirPlaces") {
  const Project project(conf("http://127.0.0.1:9", R"(
        latency: 200
        requests: 0
        health: maybe
        endpoints:
          - {path: users, statuss: 200}
          - {method: get, path: /a, status: [200, 99], headers: {a: 5}}
          - {name: "a b", json: {error: x}}
          - {path: /x/y}
          - {path: "/x?y"}
          - five)"));
  const HostRun run = run_smoke(project);
  CHECK(run.exit_code == 2);
  CHECK(run.err ==
        R"(error: e2e.conf:8: services.users.plugins.smoke.health: must be true or false, not "maybe"
error: e2e.conf:7: services.users.plugins.smoke.requests: must be a whole number from 1 to 1000, not 0
error: e2e.conf:10: services.users.plugins.smoke.endpoints[0].path: must start with '/', not "users"
error: e2e.conf:10: services.users.plugins.smoke.endpoints[0].statuss: unknown key; did you mean 'status'?
error: e2e.conf:11: services.users.plugins.smoke.endpoints[1].method: must be a method in capitals, as GET, not "get"
error: e2e.conf:11: services.users.plugins.smoke.endpoints[1].status[1]: must be a status from 100 to 599, or a list of them, not 99
error: e2e.conf:11: services.users.plugins.smoke.endpoints[1].headers.a: must be the header's text, or true: any will do, not 5
error: e2e.conf:12: services.users.plugins.smoke.endpoints[2]: has no path
error: e2e.conf:12: services.users.plugins.smoke.endpoints[2].name: must be 1 to 100 letters, digits, '_', '-' and '.', not "a b"
error: e2e.conf:12: services.users.plugins.smoke.endpoints[2].json.error: is no JSON pointer: it has to begin with '/'; did you mean '/error'?
error: e2e.conf:14: services.users.plugins.smoke.endpoints[4]: its test would be named 'get_x_y', as that of endpoints[3]; give it another name
error: e2e.conf:15: services.users.plugins.smoke.endpoints[5]: must be a map, not "five"
error: e2e.conf:6: services.users.plugins.smoke.latency: unknown key; did you mean 'latency_ms'?
)");
}

TEST_CASE("InstalledPluginIsFoundFromTheProgram") {
  const Users users;
  const Project project(conf(users.base_url(), ""));
  // An installation: the program and the plugin, moved to another prefix.
  const fs::path program = project.folder() / "prefix/bin/e2e-host";
  const fs::path plugins = (program.parent_path() / E2E_PLUGINS_FROM_PROGRAM).lexically_normal();
  fs::create_directories(program.parent_path());
  fs::create_directories(plugins);
  fs::copy_file(E2E_HOST_PROGRAM, program);
  CHECK(run_host(project, {"list"}).exit_code == 2);
  fs::copy_file(E2E_SMOKE_PLUGIN, plugins / "smoke.so");
  const std::string command =
      "cd " + project.folder().string() + " && " + program.string() + " list > installed.txt";
  CHECK(std::system(command.c_str()) == 0);
  CHECK(project.read("installed.txt").find("users::smoke::health ") == 0);
}
