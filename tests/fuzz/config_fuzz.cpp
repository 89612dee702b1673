// libFuzzer: any bytes as e2e.conf either load or end in a Fatal; nothing else may come out.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/fatal.hpp"
#include "config/load_config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const e2e::host::Variables variables = {{"HOST", "127.0.0.1"}, {"EMPTY", ""}, {"E2E_RETRIES", "1"}};
  try {
    e2e::host::load_config_text(std::string(reinterpret_cast<const char*>(data), size), variables);
  } catch (const e2e::host::Fatal&) {
  }
  return 0;
}
