#include "base/byte_codec.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

enum class Colour : uint16_t { red = 7, blue = 9 };
using Pairs = std::vector<std::pair<std::string, std::string>>;

const Pairs pairs = {{"a", "1"}, {"", ""}, {std::string("n\0l", 3), "\xff"}};

/// One of each kind that can be written.
std::string one_of_each() {
  ByteWriter out;
  out.put(uint8_t{200}).put(int32_t{-5}).put(std::numeric_limits<uint64_t>::max()).put(true).put(0.5);
  out.put(Colour::blue).put("literal").put(std::string("with\0nul", 8)).put(std::string_view()).put(pairs);
  return out.take();
}

/// True if all of it is as it was written.
bool read_one_of_each(ByteReader& in) {
  bool is_same = in.get<uint8_t>() == 200;
  is_same &= in.get<int32_t>() == -5;
  is_same &= in.get<uint64_t>() == std::numeric_limits<uint64_t>::max();
  is_same &= in.get<bool>();
  is_same &= in.get<double>() == 0.5;
  is_same &= in.get<Colour>() == Colour::blue;
  is_same &= in.get<std::string>() == "literal";
  is_same &= in.text() == std::string_view("with\0nul", 8);
  is_same &= in.text().empty();
  return is_same && in.pairs() == pairs;
}

}  // namespace

TEST_CASE("WhatWasWrittenIsRead", "[byte_codec]") {
  const std::string bytes = one_of_each();
  ByteReader in(bytes);
  CHECK(read_one_of_each(in));
  CHECK(in.is_at_end());
}

TEST_CASE("MessageCutAnywhereIsBad", "[byte_codec]") {
  const std::string bytes = one_of_each();
  for (size_t size = 0; size < bytes.size(); ++size) {
    INFO(size);
    ByteReader in(std::string_view(bytes).substr(0, size));
    CHECK_THROWS_AS(read_one_of_each(in), BadBytes);
  }
}

TEST_CASE("RawBytesAreAppendedAsTheyAre", "[byte_codec]") {
  const std::string bytes = one_of_each();
  ByteWriter out;
  out.put(uint32_t{1}).raw(bytes);
  ByteReader in(out.bytes());
  CHECK(in.get<uint32_t>() == 1);
  CHECK(read_one_of_each(in));
  CHECK(in.is_at_end());
}

TEST_CASE("TextThatClaimsMoreThanThereIsIsBad", "[byte_codec]") {
  const auto claimed = GENERATE(uint32_t{4}, uint32_t{0x7FFFFFFF}, uint32_t{0xFFFFFFFF});
  ByteWriter out;
  out.put(claimed).raw("abc");
  CHECK_THROWS_AS(ByteReader(out.bytes()).text(), BadBytes);
  CHECK_THROWS_AS(ByteReader(out.bytes()).get<std::string>(), BadBytes);
}

TEST_CASE("CountThatLiesIsBadBeforeAnythingIsReserved", "[byte_codec]") {
  ByteWriter out;
  out.put(uint32_t{3}).raw(std::string(23, 'x'));
  CHECK_THROWS_AS(ByteReader(out.bytes()).count(8), BadBytes);
  CHECK_THROWS_AS(ByteReader(out.bytes()).pairs(), BadBytes);
  CHECK(ByteReader(out.bytes()).count(7) == 3);
  ByteWriter huge;
  huge.put(uint32_t{0xFFFFFFFF}).raw(std::string(64, '\0'));
  CHECK_THROWS_AS(ByteReader(huge.bytes()).pairs(), BadBytes);
}

TEST_CASE("ByteThatIsNeitherTrueNorFalseIsBad", "[byte_codec]") {
  CHECK_FALSE(ByteReader(std::string_view("\0", 1)).get<bool>());
  CHECK(ByteReader("\1").get<bool>());
  CHECK_THROWS_AS(ByteReader("\2").get<bool>(), BadBytes);
  CHECK_THROWS_AS(ByteReader("\xff").get<bool>(), BadBytes);
}
