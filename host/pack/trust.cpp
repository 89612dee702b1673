#include "pack/trust.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <system_error>

#include "base/unique_fd.hpp"
#include "base/utf8.hpp"
#include "base/whole_file.hpp"
#include "pack/archive.hpp"
#include "pack/pack_path.hpp"
#include "pack/signature.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostBytesOfTrust = 1 << 20;

TrustedKey read_line(const std::string& line) {
  std::istringstream words(line);
  TrustedKey key;
  std::string text, more;
  words >> key.publisher >> text;
  if (text.empty() || words >> more) throw PackError("must be a publisher and a public key");
  if (const std::string problem = pack_word_problem(key.publisher); !problem.empty())
    throw PackError("the publisher " + problem);
  key.public_key = read_public_key(text);
  return key;
}

}  // namespace

fs::path trust_file() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  if (config && *config == '/') return fs::path(config) / "e2e" / "trusted-keys";
  const char* home = std::getenv("HOME");
  if (!home || *home != '/')
    throw PackError("where trusted keys are can't be told: neither XDG_CONFIG_HOME nor HOME is set");
  return fs::path(home) / ".config" / "e2e" / "trusted-keys";
}

std::vector<TrustedKey> read_trust(const fs::path& file) {
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd && errno == ENOENT) return {};
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0)
    throw PackError(fmt::format("{}: can't be read: {}", printable(file.string()), std::strerror(errno)));
  if (!S_ISREG(status.st_mode) || static_cast<size_t>(status.st_size) > kMostBytesOfTrust)
    throw PackError(fmt::format("{}: is no list of trusted keys", printable(file.string())));
  std::string text(static_cast<size_t>(status.st_size), '\0');
  const ssize_t count = ::read(fd.get(), text.data(), text.size());
  if (count < 0)
    throw PackError(fmt::format("{}: can't be read: {}", printable(file.string()), std::strerror(errno)));
  text.resize(static_cast<size_t>(count));

  return parse_trust(text, printable(file.string()));
}

std::vector<TrustedKey> parse_trust(const std::string& text, std::string_view name) {
  std::vector<TrustedKey> keys;
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    line.resize(std::min(line.find('#'), line.size()));
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    try {
      keys.push_back(read_line(line));
    } catch (const PackError& error) {
      throw PackError(fmt::format("{}:{}: {}", name, number, error.what()));
    }
  }
  return keys;
}

std::string trust_text(const std::vector<TrustedKey>& keys) {
  std::string text = "# Keys that packs may be signed with: `e2e-host trust` changes them.\n";
  for (const auto& key : keys) text += fmt::format("{} {}\n", key.publisher, public_key_text(key.public_key));
  return text;
}

void write_trust(const fs::path& file, const std::vector<TrustedKey>& keys) {
  std::error_code ignored;
  fs::create_directories(file.parent_path(), ignored);
  try {
    write_whole_file(file, trust_text(keys), 0600);
  } catch (const std::system_error& error) {
    throw PackError(
        fmt::format("{}: can't be written: {}", printable(file.string()), error.code().message()));
  }
}

const TrustedKey* find_key(const std::vector<TrustedKey>& keys, std::string_view key_id) {
  for (const auto& key : keys)
    if (key_id_of(key.public_key) == key_id) return &key;
  return nullptr;
}

}  // namespace e2e::host
