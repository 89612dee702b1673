#include "config/rate_limit_section.hpp"

#include <fmt/format.h>

#include "e2e_catch.hpp"
#include "loading.hpp"

using namespace e2e::host;
using e2e::host::testing::Project;
using e2e::host::testing::setting;

namespace {

std::string conf_with_rate_limit(std::string_view rate_limit) {
  return fmt::format("services:\n  users:\n    base_url: http://a\n    rate_limit: {}\n", rate_limit);
}

RateLimitSettings settings_of(std::string_view rate_limit) {
  return Project(conf_with_rate_limit(rate_limit)).load().services.at(0).rate_limit;
}

/// The first line of what is told.
std::string mistake_in_rate_limit(std::string_view rate_limit) {
  const std::string error = Project(conf_with_rate_limit(rate_limit)).error();
  return error.substr(0, error.find('\n'));
}

}  // namespace

TEST_CASE("RateLimitIsANumberOrAMap", "[rate_limit_section]") {
  CHECK(settings_of("10").is_enabled == true);
  CHECK(settings_of("10").limit == RateLimit{100'000'000, 1});
  CHECK(settings_of("0.5").limit == RateLimit{2'000'000'000, 1});
  CHECK(settings_of("{requests_per_second: 10}").limit == RateLimit{100'000'000, 1});
  const RateLimitSettings all =
      settings_of("{enabled: true, requests_per_second: 2.5, burst: 5, max_retry_after: 7, max_wait: 9}");
  CHECK(all.is_enabled == true);
  CHECK(all.limit == RateLimit{400'000'000, 5});
  CHECK(all.max_retry_after_ms == 7);
  CHECK(all.max_wait_ms == 9);
}

TEST_CASE("WithoutARateLimitPageClassesHaveTheSay", "[rate_limit_section]") {
  for (const char* nothing : {"~", "{}", "{max_retry_after: 5}", "{enabled: ~, requests_per_second: ~}"}) {
    INFO(nothing);
    CHECK_FALSE(settings_of(nothing).is_enabled.has_value());
  }
  CHECK(settings_of("{max_retry_after: 5}").max_retry_after_ms == 5);
  CHECK(settings_of("~").max_retry_after_ms == 60'000);
  CHECK(settings_of("~").max_wait_ms == 600'000);
}

TEST_CASE("RateLimitCanBeTurnedOff", "[rate_limit_section]") {
  CHECK(settings_of("{enabled: false}").is_enabled == false);
  CHECK(settings_of("{enabled: false, requests_per_second: 10, burst: 3}").is_enabled == false);
  Project project(conf_with_rate_limit("{requests_per_second: 10, burst: 3}") +
                  "environments: {quiet: {services: {users: {rate_limit: {enabled: false}}}}}\n");
  project.variable("E2E_ENVIRONMENT", "quiet");
  CHECK(project.load().services.at(0).rate_limit.is_enabled == false);
}

TEST_CASE("LayersAddUpToARateLimit", "[rate_limit_section]") {
  Project project(conf_with_rate_limit("{burst: 3}"));
  project.set("services.users.rate_limit.requests_per_second=4");
  CHECK(project.load().services.at(0).rate_limit.limit == RateLimit{250'000'000, 3});
  Project number(conf_with_rate_limit("10"));
  number.set("services.users.rate_limit=20");
  CHECK(number.load().services.at(0).rate_limit.limit == RateLimit{50'000'000, 1});
}

TEST_CASE("RateLimitIsShownWithItsOrigins", "[rate_limit_section]") {
  const Config config = Project(conf_with_rate_limit("{requests_per_second: 10, burst: 5}")).load();
  CHECK(setting(config, "services.users.rate_limit.enabled") == "true (e2e.conf:4)");
  CHECK(setting(config, "services.users.rate_limit.requests_per_second") == "10 (e2e.conf:4)");
  CHECK(setting(config, "services.users.rate_limit.burst") == "5 (e2e.conf:4)");
  CHECK(setting(config, "services.users.rate_limit.max_retry_after") == "60000 (default)");
  const Config without = Project("services: {users: {base_url: http://a}}").load();
  CHECK(setting(without, "services.users.rate_limit.enabled") == "as page classes ask (default)");
}

TEST_CASE("MistakesInARateLimitAreTold", "[rate_limit_section]") {
  CHECK(mistake_in_rate_limit("0") ==
        "e2e.conf:4:17: error: rate_limit must be a number of requests per second from 0.001 to 1000000, not "
        "'0'");
  for (const char* wrong : {"-1", "fast", "1e3", "nan", "inf", "1000001", "''", "'10'"}) {
    INFO(wrong);
    CHECK(mistake_in_rate_limit(wrong).find("rate_limit must be a number of requests per second") !=
          std::string::npos);
  }
  CHECK(
      mistake_in_rate_limit("[10]") ==
      "e2e.conf:4:17: error: rate_limit must be a number of requests per second from 0.001 to 1000000, not a "
      "list");
  CHECK(mistake_in_rate_limit("{requests_per_second: many}") ==
        "e2e.conf:4:39: error: requests_per_second must be a number of requests per second from 0.001 to "
        "1000000, not 'many'");
  CHECK(mistake_in_rate_limit("{requests_per_second: 10, burst: 0}") ==
        "e2e.conf:4:50: error: burst must be a whole number of requests from 1 to 10000, not '0'");
  CHECK(mistake_in_rate_limit("{burst: 5}") ==
        "e2e.conf:4:17: error: services.users.rate_limit has no requests_per_second");
  CHECK(mistake_in_rate_limit("{enabled: true}") ==
        "e2e.conf:4:17: error: services.users.rate_limit has no requests_per_second");
  CHECK(mistake_in_rate_limit("{requests_per_secnd: 10}") ==
        "e2e.conf:4:18: error: unknown key 'requests_per_secnd'");
}
