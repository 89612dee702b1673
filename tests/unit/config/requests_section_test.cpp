#include <fmt/format.h>

#include "e2e_catch.hpp"
#include "loading.hpp"

using namespace e2e::host;
using e2e::host::testing::Project;
using e2e::host::testing::setting;

namespace {

using Options = std::vector<std::pair<std::string, std::string>>;

std::string conf_with_requests(std::string_view requests) {
  return fmt::format("services:\n  users:\n    base_url: http://a\n    requests: {}\n", requests);
}

Options options_of(std::string_view requests) {
  return Project(conf_with_requests(requests)).load().services.at(0).request_options;
}

/// The first line of what is told.
std::string mistake_in_requests(std::string_view requests) {
  const std::string error = Project(conf_with_requests(requests)).error();
  return error.substr(0, error.find('\n'));
}

}  // namespace

TEST_CASE("OnlyOptionsThatAreGivenAreKept", "[requests_section]") {
  CHECK(options_of("~").empty());
  CHECK(options_of("{retries: ~}").empty());
  CHECK(options_of("{retry_on: [timeout, 503], retries: 3}") ==
        Options{{"retries", "3"}, {"retry_on", "timeout, 503"}});
  CHECK(options_of("{retry_on: 500}") == Options{{"retry_on", "500"}});
}

TEST_CASE("MistakesInRequestsAreTold", "[requests_section]") {
  CHECK(mistake_in_requests("{retries: many}") ==
        "e2e.conf:4:25: error: retries must be a whole number from 0 to 20, not 'many'");
  CHECK(mistake_in_requests("{retry_methods: some}") ==
        "e2e.conf:4:31: error: retry_methods must be idempotent or all, not 'some'");
  CHECK(
      mistake_in_requests("{retry_delay: -1}") ==
      "e2e.conf:4:29: error: retry_delay must be a whole number of milliseconds from 0 to 3600000, not '-1'");
  CHECK(mistake_in_requests("{retrys: 1}") == "e2e.conf:4:16: error: unknown key 'retrys'");
  CHECK(mistake_in_requests("{retry_on: {a: 1}}").find("retry_on must be a text, a number or a list") !=
        std::string::npos);
}

TEST_CASE("RequestsAreShownWithTheirDefaults", "[requests_section]") {
  const Config config = Project(conf_with_requests("{retries: 3}")).load();
  CHECK(setting(config, "services.users.requests.retries") == "3 (e2e.conf:4)");
  CHECK(setting(config, "services.users.requests.retry_methods") == "idempotent (default)");
}

TEST_CASE("BaseUrlsAreOptionsByName", "[requests_section]") {
  const auto conf = [](std::string_view urls) {
    return fmt::format("services:\n  users:\n    base_url: http://a\n    base_urls: {}\n", urls);
  };
  const Config config = Project(conf("{admin: \"http://b:1/x\", none: ~}")).load();
  CHECK(config.services.at(0).request_options == Options{{"base_url.admin", "http://b:1/x"}});
  CHECK(setting(config, "services.users.base_urls.admin") == "http://b:1/x (e2e.conf:4)");
  CHECK(Project(conf("{admin: b}"))
            .error()
            .find("e2e.conf:4:24: error: base_urls.admin must start with http:// or https://, not 'b'") == 0);
}

TEST_CASE("SecretsComeFromVariablesAndAreNotShown", "[secrets_section]") {
  Project project(
      "secrets: {variables: [TOKEN, UNSET], names: [x-session]}\nservices:\n  users:\n    base_url: "
      "http://a/${TOKEN}\n");
  project.variable("TOKEN", "s3cret-token");
  const Config config = project.load();
  CHECK(config.secret_values == std::vector<std::string>{"s3cret-token"});
  CHECK(config.secret_names == std::vector<std::string>{"x-session"});
  CHECK(setting(config, "services.users.base_url") == "http://a/*** (e2e.conf:4)");
  CHECK(Project("secrets: {names: [\"a b\"]}\n").error().find("a secret's name ") != std::string::npos);
}
