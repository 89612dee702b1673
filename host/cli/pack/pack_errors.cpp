#include "cli/pack/pack_errors.hpp"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/utf8.hpp"

namespace e2e::host {

void refuse_pack(const std::filesystem::path& what, const std::string& why) {
  throw Fatal(ExitCode::infrastructure, what.empty()
                                            ? fmt::format("error: {}", why)
                                            : fmt::format("error: {}: {}", printable(what.string()), why));
}

UniqueFd open_pack_file(const std::filesystem::path& file) {
  UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) refuse_pack(file, fmt::format("can't be read: {}", std::strerror(errno)));
  return fd;
}

std::vector<TrustedKey> trusted_keys() {
  return about({}, [] { return read_trust(trust_file()); });
}

PackStore user_store() {
  return about({}, [] { return PackStore(PackStore::default_folder(), trusted_keys()); });
}

}  // namespace e2e::host
