// libFuzzer: any bytes as a file of trusted keys are keys that can be written and read again, or a PackError.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "pack/archive.hpp"
#include "pack/signature.hpp"
#include "pack/trust.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace e2e::host;
  std::vector<TrustedKey> keys;
  try {
    keys = parse_trust(std::string(reinterpret_cast<const char*>(data), size), "trusted-keys");
  } catch (const PackError&) {
    return 0;
  }
  if (parse_trust(trust_text(keys), "trusted-keys") != keys) std::abort();
  for (const auto& key : keys) {
    const TrustedKey* found = find_key(keys, key_id_of(key.public_key));
    if (!found || found->public_key != key.public_key) std::abort();
  }
  return 0;
}
