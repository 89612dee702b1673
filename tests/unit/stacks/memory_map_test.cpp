#include "stacks/memory_map.hpp"

#include <e2e_catch.hpp>

using namespace e2e::host;

namespace {

const char* const maps =
    "55d0c0000000-55d0c0001000 r--p 00000000 fe:01 1234                       /opt/my tests/host\n"
    "55d0c0001000-55d0c0002000 r-xp 00001000 fe:01 1234                       /opt/my tests/host\n"
    "55d0c0002000-55d0c0003000 rw-p 00000000 00:00 0 \n"
    "7f0000000000-7f0000001000 r-xp 00000000 fe:01 99                         /lib/a.so\n"
    "7f0000001000-7f0000002000 r-xp 00000000 fe:01 100                        /lib/b.so (deleted)\n"
    "7ffc00001000-7ffc00002000 ---p 00000000 00:00 0 \n"
    "7ffc00002000-7ffc00004000 rw-p 00000000 00:00 0                          [stack]\n"
    "7ffc00005000-7ffc00006000 r-xp 00000000 00:00 0                          [vdso]\n";

}  // namespace

TEST_CASE("FilesReachFromTheirFirstMappingToTheirLast") {
  const auto files = mapped_files(maps);
  REQUIRE(files.size() == 3);
  CHECK(files[0].path == "/opt/my tests/host");
  CHECK(files[0].start == 0x55d0c0000000);
  CHECK(files[0].end == 0x55d0c0002000);
  CHECK(files[0].inode == 1234);
  CHECK(files[1].path == "/lib/a.so");
  CHECK(files[2].path == "/lib/b.so (deleted)");
}

TEST_CASE("ALineThatIsNoneEndsTheList") {
  const std::string good = "1000-2000 r-xp 00000000 fe:01 5 /a\n";
  CHECK(mapped_files("").empty());
  CHECK(mapped_files("\n" + good).empty());
  CHECK(mapped_files("1000-2000 r-xp 00000000 fe:01 5 /cut off").empty());
  for (const char* bad : {"garbage\n", "1000\n", "2000-1000 r-xp 0 fe:01 5 /a\n",
                          "1000-2000 r 0 fe:01 5 /a\n", "1000-2000 r-xp x fe:01 5 /a\n",
                          "1000-2000 r-xp 0 fe:01 x /a\n", "ffffffffffffffffff-2000 r-xp 0 fe:01 5 /a\n"}) {
    INFO(bad);
    CHECK(mapped_files(good + bad + "5000-6000 r-xp 00000000 fe:01 6 /b\n").size() == 1);
  }
}

TEST_CASE("TheLivePartOfAStackBeginsAtItsPointer") {
  const AddressRange live = live_stack(maps, 0x7ffc00003000, 1 << 20);
  CHECK(live.start == 0x7ffc00003000 - 128);
  CHECK(live.end == 0x7ffc00004000);
  CHECK(live_stack(maps, 0x7ffc00003000, 512).end == 0x7ffc00003000 - 128 + 512);
}

TEST_CASE("AnOverflownStackBeginsAboveItsPointer") {
  const AddressRange live = live_stack(maps, 0x7ffc00001ff8, 1 << 20);
  CHECK(live.start == 0x7ffc00002000);
  CHECK(live.end == 0x7ffc00004000);
}

TEST_CASE("APointerToNowhereHasNoStack") {
  for (const uint64_t pointer : {uint64_t{0}, uint64_t{0x7ffc00005500}, ~uint64_t{0}}) {
    const AddressRange live = live_stack(maps, pointer, 1 << 20);
    CHECK(live.start == 0);
    CHECK(live.end == 0);
  }
}
