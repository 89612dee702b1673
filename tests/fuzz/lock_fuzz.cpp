// libFuzzer: any bytes as e2e.lock are packs that can be written and read again, or a PackError.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "pack/archive.hpp"
#include "pack/lock_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace e2e::host;
  std::vector<LockedPack> packs;
  try {
    packs = parse_lock(std::string(reinterpret_cast<const char*>(data), size));
  } catch (const PackError&) {
    return 0;
  }
  if (parse_lock(write_lock(packs)) != packs) std::abort();
  return 0;
}
