// libFuzzer: any bytes as a pack's manifest are a manifest that can be written and read again, or a
// PackError.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "pack/archive.hpp"
#include "pack/manifest.hpp"
#include "pack/pack_path.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace e2e::host;
  Manifest manifest;
  try {
    manifest = read_manifest(std::string(reinterpret_cast<const char*>(data), size));
  } catch (const PackError&) {
    return 0;
  }
  if (read_manifest(write_manifest(manifest)) != manifest) std::abort();
  // It becomes a part of file names.
  if (!pack_path_problem(pack_file_name(manifest)).empty()) std::abort();
  if (pack_file_name(manifest).find('/') != std::string::npos) std::abort();
  for (const auto& file : manifest.files)
    if (!pack_path_problem(file.path).empty()) std::abort();
  return 0;
}
