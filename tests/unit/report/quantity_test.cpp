#include "report/quantity.hpp"

#include <e2e_catch.hpp>

#include "sample_run.hpp"

using namespace e2e::host;

namespace {
constexpr int64_t kUs = 1'000, kS = 1'000'000'000;
}

TEST_CASE("DurationsAreShownInTheUnitPeopleUse") {
  CHECK(duration_text(0) == "0 ms");
  CHECK(duration_text(49 * kUs) == "0 ms");
  CHECK(duration_text(50 * kUs) == "0.1 ms");
  CHECK(duration_text(400 * kUs) == "0.4 ms");
  CHECK(duration_text(12 * kMs) == "12 ms");
  CHECK(duration_text(950 * kMs) == "950 ms");
  CHECK(duration_text(1234 * kMs) == "1.2 s");
  CHECK(duration_text(125 * kS) == "2 m 05 s");
  CHECK(duration_text(3720 * kS) == "1 h 02 m");
  CHECK(duration_text(-5 * kS) == "0 ms");
}

TEST_CASE("RoundingUpToTheNextUnitUsesTheNextUnit") {
  CHECK(duration_text(949 * kUs) == "0.9 ms");
  CHECK(duration_text(950 * kUs) == "1 ms");
  CHECK(duration_text(999'499 * kUs) == "999 ms");
  CHECK(duration_text(999'500 * kUs) == "1.0 s");
  CHECK(duration_text(59'949 * kMs) == "59.9 s");
  CHECK(duration_text(59'950 * kMs) == "1 m 00 s");
  CHECK(duration_text(3'599'499 * kMs) == "59 m 59 s");
  CHECK(duration_text(3'599'500 * kMs) == "1 h 00 m");
  CHECK(duration_text(7'170 * kS) == "2 h 00 m");
}

TEST_CASE("SizesAreShownInBinaryUnits") {
  CHECK(size_text(0) == "0 B");
  CHECK(size_text(1023) == "1023 B");
  CHECK(size_text(1024) == "1.0 KiB");
  CHECK(size_text(1280) == "1.2 KiB");
  CHECK(size_text((1 << 20) - 1) == "1.0 MiB");
  CHECK(size_text(16ull << 20) == "16.0 MiB");
  CHECK(size_text(3ull << 30) == "3.0 GiB");
}

TEST_CASE("OneIsSingular") {
  CHECK(count_text(0, "test") == "0 tests");
  CHECK(count_text(1, "test") == "1 test");
  CHECK(count_text(2, "test") == "2 tests");
}
