#include "worker/wire.hpp"

namespace e2e::host {
namespace {

void encode(ByteWriter& out, const RateLimitSettings& value) {
  out.put(value.is_enabled.has_value()).put(value.is_enabled.value_or(false));
  out.put(value.limit.interval_ns).put(value.limit.burst);
  out.put(value.max_retry_after_ms).put(value.max_wait_ms);
}

RateLimitSettings decode_rate_limit_settings(ByteReader& in) {
  RateLimitSettings value;
  const auto is_given = in.get<bool>();
  const auto is_enabled = in.get<bool>();
  if (is_given) value.is_enabled = is_enabled;
  value.limit.interval_ns = in.get<int64_t>();
  value.limit.burst = in.get<uint32_t>();
  value.max_retry_after_ms = in.get<int64_t>();
  value.max_wait_ms = in.get<int64_t>();
  return value;
}

void encode(ByteWriter& out, const std::vector<std::string>& texts) {
  out.put(static_cast<uint32_t>(texts.size()));
  for (const std::string& text : texts) out.put(text);
}

std::vector<std::string> decode_texts(ByteReader& in) {
  std::vector<std::string> texts(in.count(sizeof(uint32_t)));
  for (std::string& text : texts) text = in.get<std::string>();
  return texts;
}

void encode(ByteWriter& out, const ServiceOrder& value) {
  out.put(value.name).put(value.base_url).put(value.health_endpoint).put(value.timeout_ms).put(value.headers);
  out.put(value.request_options);
  encode(out, value.secret_names);
  encode(out, value.secret_values);
  encode(out, value.rate_limit);
  out.put(value.limiter);
  out.put(value.environment).put(value.plugin_settings);
  out.put(value.port).put(value.run_folder);
}

ServiceOrder decode_service_order(ByteReader& in) {
  ServiceOrder value;
  value.name = in.get<std::string>();
  value.base_url = in.get<std::string>();
  value.health_endpoint = in.get<std::string>();
  value.timeout_ms = in.get<int64_t>();
  value.headers = in.pairs();
  value.request_options = in.pairs();
  value.secret_names = decode_texts(in);
  value.secret_values = decode_texts(in);
  value.rate_limit = decode_rate_limit_settings(in);
  value.limiter = in.get<uint32_t>();
  value.environment = in.get<std::string>();
  value.plugin_settings = in.get<std::string>();
  value.port = in.get<uint16_t>();
  value.run_folder = in.get<std::string>();
  return value;
}

void encode(ByteWriter& out, const TestOrder& value) {
  out.put(value.test).put(value.id).put(value.first_attempt).put(value.last_attempt).put(value.timeout_ms);
  out.put(static_cast<uint32_t>(value.depends_on.size()));
  for (const uint32_t test : value.depends_on) out.put(test);
}

TestOrder decode_test_order(ByteReader& in) {
  TestOrder value;
  value.test = in.get<uint32_t>();
  value.id = in.get<std::string>();
  value.first_attempt = in.get<uint32_t>();
  value.last_attempt = in.get<uint32_t>();
  value.timeout_ms = in.get<int64_t>();
  value.depends_on.resize(in.count(sizeof(uint32_t)));
  for (uint32_t& test : value.depends_on) test = in.get<uint32_t>();
  return value;
}

}  // namespace

void encode(ByteWriter& out, const WorkerExit& value) {
  out.put(value.worker)
      .put(value.wait_status)
      .put(value.user_cpu_us)
      .put(value.system_cpu_us)
      .put(value.max_rss_kib);
}

WorkerExit decode_worker_exit(ByteReader& in) {
  WorkerExit value;
  value.worker = in.get<uint32_t>();
  value.wait_status = in.get<int32_t>();
  value.user_cpu_us = in.get<int64_t>();
  value.system_cpu_us = in.get<int64_t>();
  value.max_rss_kib = in.get<int64_t>();
  return value;
}

void encode(ByteWriter& out, const DescribeOrder& value) {
  out.put(value.plugin_path);
  encode(out, value.service);
}

DescribeOrder decode_describe_order(ByteReader& in) {
  DescribeOrder value;
  value.plugin_path = in.get<std::string>();
  value.service = decode_service_order(in);
  return value;
}

void encode(ByteWriter& out, const UnitOrder& value) {
  out.put(value.unit).put(value.plugin_path).put(value.list_fingerprint);
  encode(out, value.service);
  out.put(value.has_fresh_pages)
      .put(value.keeps_scope)
      .put(value.exits_after)
      .put(value.recycles_on_failure)
      .put(value.max_failures)
      .put(value.grace_ms)
      .put(value.resources.memory_mib)
      .put(value.resources.cpu_seconds)
      .put(value.resources.open_files)
      .put(value.metadata);
  out.put(static_cast<uint32_t>(value.tests.size()));
  for (const auto& test : value.tests) encode(out, test);
}

UnitOrder decode_unit_order(ByteReader& in) {
  UnitOrder value;
  value.unit = in.get<uint64_t>();
  value.plugin_path = in.get<std::string>();
  value.list_fingerprint = in.get<uint64_t>();
  value.service = decode_service_order(in);
  value.has_fresh_pages = in.get<bool>();
  value.keeps_scope = in.get<bool>();
  value.exits_after = in.get<bool>();
  value.recycles_on_failure = in.get<bool>();
  value.max_failures = in.get<uint32_t>();
  value.grace_ms = in.get<int64_t>();
  value.resources.memory_mib = in.get<int64_t>();
  value.resources.cpu_seconds = in.get<int64_t>();
  value.resources.open_files = in.get<int64_t>();
  value.metadata = in.pairs();
  const auto tests = in.count(28);
  value.tests.reserve(tests);
  for (uint32_t i = 0; i < tests; ++i) value.tests.push_back(decode_test_order(in));
  return value;
}

}  // namespace e2e::host
