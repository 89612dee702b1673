#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"
#include "page/body_stream.hpp"

namespace e2e::host {

/// A piece of a body: text, or the content of a file.
struct BodySegment {
  std::string text;
  std::string path;  ///< empty: `text`
};

/// A body of pieces, of which files are read as they are sent.
class SegmentedBody : public BodySource {
 public:
  /// Throws RequestRefused for what is no file that can be read.
  explicit SegmentedBody(std::vector<BodySegment> segments);

  [[nodiscard]] int64_t size() const override { return size_; }
  [[nodiscard]] std::optional<size_t> read(char* buffer, size_t size) override;
  [[nodiscard]] bool rewind() override;
  [[nodiscard]] std::string_view beginning() const override { return beginning_; }
  [[nodiscard]] std::string problem() const override { return problem_; }

 private:
  struct Piece {
    std::string text;
    std::string path;
    UniqueFd file;
    int64_t size = 0;
  };
  [[nodiscard]] std::optional<size_t> read_file(const Piece& piece, char* buffer, size_t size);

  std::vector<Piece> pieces_;
  int64_t size_ = 0;
  size_t piece_ = 0;    // that is being read
  int64_t offset_ = 0;  // in it
  std::string beginning_;
  bool is_beginning_known_ = false;
  std::string problem_;
};

/// A body that a function gives.
class FunctionBody : public BodySource {
 public:
  /// As BodySource::read() says; below 0 breaks off.
  using Read = std::function<int64_t(char* buffer, size_t size)>;

  /// `size` -1: not known.
  FunctionBody(Read read, int64_t size) : read_(std::move(read)), size_(size) {}

  [[nodiscard]] int64_t size() const override { return size_; }
  [[nodiscard]] std::optional<size_t> read(char* buffer, size_t size) override;
  [[nodiscard]] bool rewind() override { return !has_begun_; }
  [[nodiscard]] std::string_view beginning() const override { return beginning_; }
  [[nodiscard]] std::string problem() const override { return problem_; }

 private:
  Read read_;
  int64_t size_;
  int64_t given_ = 0;
  bool has_begun_ = false;
  std::string beginning_;
  std::string problem_;
};

/// Writes a body to a file, which has its name only once it is whole.
class FileSink : public BodySink {
 public:
  explicit FileSink(std::string path) : path_(std::move(path)) {}
  ~FileSink() override;

  [[nodiscard]] bool write(std::string_view bytes) override;
  [[nodiscard]] bool finish() override;
  [[nodiscard]] std::string problem() const override { return problem_; }

 private:
  [[nodiscard]] bool open();
  bool fail(const char* what);

  std::string path_;
  std::string partial_;  // where it is written until then; empty: nothing is
  UniqueFd file_;
  std::string problem_;
};

/// Hands a body to a function, which breaks off by false.
class FunctionSink : public BodySink {
 public:
  using Write = std::function<bool(std::string_view)>;
  explicit FunctionSink(Write write) : write_(std::move(write)) {}

  [[nodiscard]] bool write(std::string_view bytes) override { return write_(bytes); }
  [[nodiscard]] bool finish() override { return true; }
  [[nodiscard]] std::string problem() const override { return "the function that takes the body broke off"; }

 private:
  Write write_;
};

}  // namespace e2e::host
