#include "report/hyperlink.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>

namespace e2e::host {
namespace {

/// All but what a URL's path may have as it is (RFC 3986, 2.3, and the slash) as %NN.
std::string percent_encoded(std::string_view bytes) {
  constexpr std::string_view kAsItIs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  std::string out;
  for (const char byte : bytes) {
    if (kAsItIs.find(byte) != std::string_view::npos)
      out += byte;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
  }
  return out;
}

/// Terminals that are on another machine don't look for the file on theirs.
std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string();
}

}  // namespace

std::string file_link(std::string_view text, const std::filesystem::path& path) {
  return fmt::format("\x1b]8;;file://{}{}\x1b\\{}\x1b]8;;\x1b\\", percent_encoded(host_name()),
                     percent_encoded(path.string()), text);
}

}  // namespace e2e::host
