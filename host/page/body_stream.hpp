#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace e2e::host {

/// A request's body that is not in memory as a whole.
class BodySource {
 public:
  virtual ~BodySource() = default;

  /// Its bytes; -1: nobody knows before it ends.
  [[nodiscard]] virtual int64_t size() const = 0;
  /// The next bytes, at most `size`: how many, 0 at its end. Nothing: it can't go on, problem() says why.
  [[nodiscard]] virtual std::optional<size_t> read(char* buffer, size_t size) = 0;
  /// Begins anew, for a retry or redirect. False: it can't.
  [[nodiscard]] virtual bool rewind() = 0;
  /// Its first bytes as far as they have been read, for records.
  [[nodiscard]] virtual std::string_view beginning() const = 0;
  [[nodiscard]] virtual std::string problem() const = 0;
};

/// Takes the body of an answer piece by piece, in place of memory.
class BodySink {
 public:
  virtual ~BodySink() = default;

  /// False: it can't go on, problem() says why.
  [[nodiscard]] virtual bool write(std::string_view bytes) = 0;
  /// Nothing more comes. False as above.
  [[nodiscard]] virtual bool finish() = 0;
  [[nodiscard]] virtual std::string problem() const = 0;
};

}  // namespace e2e::host
