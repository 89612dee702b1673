#include "pack/lock_file.hpp"

#include <e2e_catch.hpp>
#include <string>

#include "made_pack.hpp"
#include "pack/archive.hpp"

using namespace e2e::host;
using namespace e2e_test;

TEST_CASE("ALockIsReadAsItIsWritten") {
  const TemporaryFolder folder;
  const auto file = folder.path / "e2e.lock";
  CHECK(read_lock(file) == std::nullopt);
  const std::vector<LockedPack> packs = {{"shop-tests", "1.0.0", std::string(64, 'a'), "shop",
                                          "0123456789abcdef", "a \"b\"\n---\n\xe2\x80\xae.e2epack"},
                                         {"bank@2", "2", std::string(64, 'b'), "bank", "", ""}};
  std::ofstream(file) << write_lock(packs);
  CHECK(read_lock(file) == packs);
  CHECK(find_locked(packs, "bank@2")->publisher == "bank");
  CHECK(find_locked(packs, "bank") == nullptr);
}

TEST_CASE("WhatIsNoLockIsPointedAt") {
  const TemporaryFolder folder;
  const auto file = folder.path / "e2e.lock";
  const auto problem = [&](const std::string& text) {
    std::ofstream(file, std::ios::trunc) << text;
    try {
      read_lock(file);
    } catch (const PackError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(problem("").find("e2e_lock must be 1") != std::string::npos);
  CHECK(problem("e2e_lock: 2\n").find("e2e_lock must be 1") != std::string::npos);
  CHECK(problem("e2e_lock: 1\npacks: {}\n").find("packs must be a list, not a map") != std::string::npos);
  CHECK(problem("e2e_lock: 1\npacks:\n  - name: a\n    digest: xyz\n")
            .find("a digest of 64 hexadecimal digits") != std::string::npos);
  CHECK(problem("e2e_lock: 1\npacks: [\n").find("e2e.lock:") == 0);
  CHECK(problem("e2e_lock: 1\npacks:\n") == "");
}
