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

uint64_t fingerprint(const std::vector<DescribedTest>& tests) {
  // FNV-1a, 64 bits (Fowler, Noll, Vo): spread is all it needs.
  uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    hash = (hash ^ 0xFF) * 0x100000001b3;
  };
  for (const auto& test : tests) {
    add(test.module);
    add(test.name);
  }
  return hash;
}

}  // namespace e2e::host
