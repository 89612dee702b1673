#include "base/frame.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "base/byte_codec.hpp"
#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

using Frames = std::vector<std::pair<uint16_t, std::string>>;

const Frames sent = {{1, "one"}, {2, ""}, {65535, std::string("\0\xff", 2)}, {4, std::string(300, 'x')}};

std::string stream() {
  std::string bytes;
  for (const auto& [type, payload] : sent) append_frame(bytes, type, payload);
  return bytes;
}

void take_all(FrameBuffer& buffer, Frames& frames) {
  while (const auto frame = buffer.next()) frames.emplace_back(frame->type, std::string(frame->payload));
}

std::string header(uint32_t size) {
  std::string bytes(4, '\0');
  std::memcpy(bytes.data(), &size, sizeof size);
  return bytes;
}

}  // namespace

TEST_CASE("StreamCutOnceAnywhereGivesTheSameFrames", "[frame]") {
  const std::string bytes = stream();
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    INFO(cut);
    FrameBuffer buffer;
    Frames frames;
    buffer.append(std::string_view(bytes).substr(0, cut));
    take_all(buffer, frames);
    buffer.append(std::string_view(bytes).substr(cut));
    take_all(buffer, frames);
    CHECK(frames == sent);
    CHECK_FALSE(buffer.has_partial());
  }
}

TEST_CASE("StreamInPiecesOfAnySizeGivesTheSameFrames", "[frame]") {
  const std::string bytes = stream();
  const auto piece = GENERATE(size_t{1}, size_t{2}, size_t{3}, size_t{5}, size_t{7}, size_t{64});
  FrameBuffer buffer;
  Frames frames;
  for (size_t at = 0; at < bytes.size(); at += piece) {
    buffer.append(std::string_view(bytes).substr(at, piece));
    take_all(buffer, frames);
  }
  CHECK(frames == sent);
}

TEST_CASE("FramesThatCameTogetherAreGivenOneByOne", "[frame]") {
  FrameBuffer buffer;
  buffer.append(stream() + stream());
  Frames frames;
  take_all(buffer, frames);
  CHECK(frames.size() == 2 * sent.size());
}

TEST_CASE("StreamThatEndsInAFrameIsPartial", "[frame]") {
  std::string bytes;
  append_frame(bytes, 3, "payload");
  for (size_t size = 1; size < bytes.size(); ++size) {
    INFO(size);
    FrameBuffer buffer;
    buffer.append(std::string_view(bytes).substr(0, size));
    CHECK_FALSE(buffer.next());
    CHECK(buffer.has_partial());
  }
  CHECK_FALSE(FrameBuffer().has_partial());
}

TEST_CASE("FrameOfAnImpossibleSizeIsBad", "[frame]") {
  const auto size = GENERATE(uint32_t{0}, uint32_t{1}, static_cast<uint32_t>(max_frame_bytes) + 1,
                             uint32_t{0x80000000}, uint32_t{0xFFFFFFFF});
  FrameBuffer buffer;
  buffer.append(header(size));
  CHECK_THROWS_AS(buffer.next(), BadBytes);
}

TEST_CASE("LargestAndSmallestFramesArePossible", "[frame]") {
  FrameBuffer large;
  large.append(header(static_cast<uint32_t>(max_frame_bytes)));
  CHECK_FALSE(large.next());
  std::string bytes;
  append_frame(bytes, 9, "");
  CHECK(bytes.size() == frame_header_bytes);
  FrameBuffer small;
  small.append(bytes);
  REQUIRE(small.next());
}

TEST_CASE("BadFrameAfterGoodOnesCostsNoneOfThem", "[frame]") {
  FrameBuffer buffer;
  buffer.append(stream() + header(0));
  Frames frames;
  CHECK_THROWS_AS(take_all(buffer, frames), BadBytes);
  CHECK(frames == sent);
}
