#include "worker/wire.hpp"

#include <string>
#include <utility>
#include <vector>

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

UnitOrder unit_order() {
  UnitOrder order;
  order.unit = 77;
  order.plugin_path = "/p/users.so";
  order.list_fingerprint = 0xFEDCBA9876543210;
  order.service = {"users", "http://127.0.0.1:8082", "/health", 1500, {{"accept", "text/plain"}, {"x", ""}}};
  order.service.rate_limit = {false, {5'000'000, 7}, 11, 13};
  order.service.limiter = 5;
  order.service.request_options = {{"retries", "2"}};
  order.has_fresh_pages = true;
  order.exits_after = true;
  order.grace_ms = 250;
  order.metadata = {{"key", "{\"a\":1}"}};
  TestOrder first;
  first.test = 3;
  first.id = "01_create::creates";
  TestOrder second;
  second.test = 9;
  second.id = "01_create::reads";
  second.first_attempt = 2;
  second.last_attempt = 4;
  second.timeout_ms = 1234;
  second.depends_on = {3, 0xFFFFFFFF};
  order.tests = {first, second};
  return order;
}

template <typename Value>
std::string encoded(const Value& value) {
  ByteWriter out;
  encode(out, value);
  return out.take();
}

template <typename Decode>
void check_every_truncation(const std::string& bytes, Decode decode) {
  for (size_t size = 0; size < bytes.size(); ++size) {
    INFO(size);
    ByteReader in(std::string_view(bytes).substr(0, size));
    CHECK_THROWS_AS(decode(in), BadBytes);
  }
}

}  // namespace

TEST_CASE("UnitOrderComesThroughWhole", "[wire]") {
  const std::string bytes = encoded(unit_order());
  ByteReader in(bytes);
  const UnitOrder order = decode_unit_order(in);
  CHECK(in.is_at_end());
  CHECK(order.unit == 77);
  CHECK(order.plugin_path == "/p/users.so");
  CHECK(order.list_fingerprint == 0xFEDCBA9876543210);
  CHECK(order.service.name == "users");
  CHECK(order.service.base_url == "http://127.0.0.1:8082");
  CHECK(order.service.health_endpoint == "/health");
  CHECK(order.service.timeout_ms == 1500);
  CHECK(order.service.headers == unit_order().service.headers);
  CHECK(order.service.rate_limit.is_enabled == false);
  CHECK(order.service.rate_limit.limit == RateLimit{5'000'000, 7});
  CHECK(order.service.rate_limit.max_retry_after_ms == 11);
  CHECK(order.service.rate_limit.max_wait_ms == 13);
  CHECK(order.service.limiter == 5);
  CHECK(order.service.request_options == unit_order().service.request_options);
  CHECK(order.has_fresh_pages);
  CHECK_FALSE(order.keeps_scope);
  CHECK(order.exits_after);
  CHECK(order.grace_ms == 250);
  CHECK(order.metadata == unit_order().metadata);
  REQUIRE(order.tests.size() == 2);
  CHECK(order.tests[0].test == 3);
  CHECK(order.tests[0].id == "01_create::creates");
  CHECK(order.tests[0].first_attempt == 1);
  CHECK(order.tests[0].last_attempt == 1);
  CHECK(order.tests[0].depends_on.empty());
  CHECK(order.tests[1].first_attempt == 2);
  CHECK(order.tests[1].last_attempt == 4);
  CHECK(order.tests[1].timeout_ms == 1234);
  CHECK(order.tests[1].depends_on == std::vector<uint32_t>{3, 0xFFFFFFFF});
}

TEST_CASE("FlagsOfAUnitOrderAreNotMixedUp", "[wire]") {
  for (int only = 0; only < 4; ++only) {
    UnitOrder order;
    order.has_fresh_pages = only == 0;
    order.keeps_scope = only == 1;
    order.exits_after = only == 2;
    order.recycles_on_failure = only == 3;
    const std::string bytes = encoded(order);
    ByteReader in(bytes);
    const UnitOrder read = decode_unit_order(in);
    CHECK(read.has_fresh_pages == order.has_fresh_pages);
    CHECK(read.keeps_scope == order.keeps_scope);
    CHECK(read.exits_after == order.exits_after);
    CHECK(read.recycles_on_failure == order.recycles_on_failure);
  }
}

DescribeOrder describe_order() {
  DescribeOrder order;
  order.plugin_path = "/p/a.so";
  order.service.name = "users";
  order.service.environment = "staging";
  order.service.plugin_settings = R"({"a":1})";
  return order;
}

TEST_CASE("DescribeOrderComesThroughWhole", "[wire]") {
  const std::string bytes = encoded(describe_order());
  ByteReader in(bytes);
  const DescribeOrder order = decode_describe_order(in);
  CHECK(in.is_at_end());
  CHECK(order.plugin_path == "/p/a.so");
  CHECK(order.service.name == "users");
  CHECK(order.service.environment == "staging");
  CHECK(order.service.plugin_settings == R"({"a":1})");
}

TEST_CASE("WorkerExitComesThroughWhole", "[wire]") {
  const std::string bytes = encoded(WorkerExit{5, -11, 1, 2, 1LL << 40});
  ByteReader in(bytes);
  const WorkerExit exit = decode_worker_exit(in);
  CHECK(in.is_at_end());
  CHECK(exit.worker == 5);
  CHECK(exit.wait_status == -11);
  CHECK(exit.user_cpu_us == 1);
  CHECK(exit.system_cpu_us == 2);
  CHECK(exit.max_rss_kib == 1LL << 40);
}

TEST_CASE("OrderCutAnywhereIsBad", "[wire]") {
  check_every_truncation(encoded(unit_order()), decode_unit_order);
  check_every_truncation(encoded(describe_order()), decode_describe_order);
  check_every_truncation(encoded(WorkerExit{1, 2, 3, 4, 5}), decode_worker_exit);
}

TEST_CASE("OrderThatCountsMoreTestsThanItHoldsIsBad", "[wire]") {
  UnitOrder order;
  std::string bytes = encoded(order);
  // The number of tests is what comes last.
  bytes.replace(bytes.size() - 4, 4, "\xff\xff\xff\x7f");
  ByteReader in(bytes);
  CHECK_THROWS_AS(decode_unit_order(in), BadBytes);
}
