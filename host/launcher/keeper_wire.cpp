#include "launcher/keeper_wire.hpp"

namespace e2e::host {

void encode(ByteWriter& out, const ServiceStart& value) {
  out.put(value.instance).put(value.service).put(value.slot);
  out.put(static_cast<uint32_t>(value.command.size()));
  for (const auto& word : value.command) out.put(word);
  out.put(static_cast<uint32_t>(value.variables.size()));
  for (const auto& [name, text] : value.variables) out.put(name).put(text.has_value()).put(text.value_or(""));
  out.put(value.folder).put(value.base_url).put(value.ready_path).put(value.log);
  out.put(value.ready_timeout_ms).put(value.stop_timeout_ms).put(value.stop_signal).put(value.reuse);
}

ServiceStart decode_service_start(ByteReader& in) {
  ServiceStart value;
  value.instance = in.get<uint32_t>();
  value.service = in.get<std::string>();
  value.slot = in.get<uint32_t>();
  value.command.resize(in.count(sizeof(uint32_t)));
  for (auto& word : value.command) word = in.get<std::string>();
  value.variables.resize(in.count(2 * sizeof(uint32_t) + 1));
  for (auto& [name, text] : value.variables) {
    name = in.get<std::string>();
    const bool is_set = in.get<bool>();
    text = in.get<std::string>();
    if (!is_set) text.reset();
  }
  for (std::string* text : {&value.folder, &value.base_url, &value.ready_path, &value.log})
    *text = in.get<std::string>();
  value.ready_timeout_ms = in.get<int64_t>();
  value.stop_timeout_ms = in.get<int64_t>();
  value.stop_signal = in.get<int32_t>();
  value.reuse = in.get<bool>();
  return value;
}

void encode(ByteWriter& out, const ServiceReady& value) {
  out.put(value.instance).put(value.pid).put(value.port);
  out.put(value.base_url).put(value.command).put(value.log).put(value.duration_ns);
}

ServiceReady decode_service_ready(ByteReader& in) {
  ServiceReady value;
  value.instance = in.get<uint32_t>();
  value.pid = in.get<int64_t>();
  value.port = in.get<uint16_t>();
  for (std::string* text : {&value.base_url, &value.command, &value.log}) *text = in.get<std::string>();
  value.duration_ns = in.get<int64_t>();
  return value;
}

void encode(ByteWriter& out, const ServiceFailure& value) {
  out.put(value.instance).put(value.why).put(value.command).put(value.log).put(value.last_lines);
  out.put(value.duration_ns);
}

ServiceFailure decode_service_failure(ByteReader& in) {
  ServiceFailure value;
  value.instance = in.get<uint32_t>();
  for (std::string* text : {&value.why, &value.command, &value.log, &value.last_lines})
    *text = in.get<std::string>();
  value.duration_ns = in.get<int64_t>();
  return value;
}

void encode(ByteWriter& out, const ServiceExit& value) {
  out.put(value.instance).put(value.wait_status).put(value.was_asked).put(value.end_ns).put(value.after_ns);
  out.put(value.last_lines);
}

ServiceExit decode_service_exit(ByteReader& in) {
  ServiceExit value;
  value.instance = in.get<uint32_t>();
  value.wait_status = in.get<int32_t>();
  value.was_asked = in.get<bool>();
  value.end_ns = in.get<int64_t>();
  value.after_ns = in.get<int64_t>();
  value.last_lines = in.get<std::string>();
  return value;
}

}  // namespace e2e::host
