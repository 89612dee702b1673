#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "pack/manifest.hpp"
#include "pack/trust.hpp"

namespace e2e::host {

/// How a pack is vouched for.
enum class Vouched {
  unsigned_,  ///< it has no signature
  unknown,    ///< signed with a key that is not trusted: nothing is known of it
  trusted     ///< signed with a trusted key of the publisher that it names
};

/// What was read of a pack before its files.
struct PackHead {
  std::string manifest_text, signature_text;  ///< as in the pack; the latter may be empty
  Manifest manifest;
  std::string digest;  ///< SHA-256 of manifest_text, 64 digits: names the pack, and through the manifest each
                       ///< byte of it
  Vouched vouched = Vouched::unsigned_;
};

/// Judges manifest and signature, in this order: the signature by the trusted keys, before anything of the
/// manifest is parsed; then what the manifest says, and that it names the key's publisher and the key. Throws
/// PackError where the signature is wrong, or is somebody else's than the publisher's; not where the key is
/// unknown, or there is no signature.
PackHead judge_head(std::string manifest_text, std::string signature_text,
                    const std::vector<TrustedKey>& trusted);

/// Gets a pack's files, in the manifest's order.
class PackSink {
 public:
  virtual ~PackSink() = default;
  /// Once, before the first file. May throw to stop here.
  virtual void begin(const PackHead& head) = 0;
  virtual void begin_file(const PackFile& file) = 0;
  virtual void write(std::string_view bytes) = 0;
  /// The file was as the manifest says, to the last byte.
  virtual void end_file() = 0;
};

/// Reads a pack's archive from a regular file and holds each file of it to the manifest: path, size, mode,
/// hash; none more, none missing. Throws PackError at the first that is wrong; what the sink has got until
/// then is worth nothing. `sink` may be null.
PackHead read_pack(int fd, const std::vector<TrustedKey>& trusted, PackSink* sink);

/// Only the head, for a look at a pack that may be wrong behind it.
PackHead read_pack_head(int fd, const std::vector<TrustedKey>& trusted);

}  // namespace e2e::host
