#include "discovery/described_plugin.hpp"

namespace e2e::host {

void encode(ByteWriter& out, const DescribedPlugin& value) {
  out.put(value.is_dynamic).put(static_cast<uint32_t>(value.tests.size()));
  for (const auto& test : value.tests)
    out.put(test.module).put(test.name).put(test.file).put(test.line).put(test.annotations);
}

DescribedPlugin decode_described_plugin(ByteReader& in) {
  DescribedPlugin value;
  value.is_dynamic = in.get<bool>();
  value.tests.resize(in.count(20));
  for (auto& test : value.tests) {
    test.module = in.get<std::string>();
    test.name = in.get<std::string>();
    test.file = in.get<std::string>();
    test.line = in.get<uint32_t>();
    test.annotations = in.pairs();
  }
  return value;
}

void encode(ByteWriter& out, const SettingsRefused& value) {
  out.put(static_cast<uint32_t>(value.size()));
  for (const auto& problem : value) out.put(problem.pointer).put(problem.message);
}

SettingsRefused decode_settings_refused(ByteReader& in) {
  SettingsRefused value(in.count(8));
  for (auto& problem : value) {
    problem.pointer = in.get<std::string>();
    problem.message = in.get<std::string>();
  }
  return value;
}

// FNV-1a, 64 bits (Fowler, Noll, Vo): spread is all it needs.
void ListFingerprint::add(std::string_view text) noexcept {
  constexpr uint64_t prime = 0x100000001b3;
  for (const char c : text) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * prime;
  hash_ = (hash_ ^ 0xFF) * prime;
}

void ListFingerprint::add(std::string_view module, std::string_view name) noexcept {
  add(module);
  add(name);
}

uint64_t fingerprint(const std::vector<DescribedTest>& tests) noexcept {
  ListFingerprint list;
  for (const auto& test : tests) list.add(test.module, test.name);
  return list.value();
}

}  // namespace e2e::host
