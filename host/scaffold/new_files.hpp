#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace e2e::host {

/// A file that is to be made.
struct NewFile {
  std::filesystem::path path;  ///< from the project's folder
  std::string text;
  bool may_exist = false;  ///< one that is there already does as well: it is kept as it is
};

/// Makes files in a folder, all or none, and never writes to one that is there.
class FileMaker {
 public:
  /// `folder` is made, too, if it is not there.
  explicit FileMaker(std::filesystem::path folder);
  FileMaker(const FileMaker&) = delete;
  FileMaker& operator=(const FileMaker&) = delete;
  /// Takes everything back that was made, unless keep() was called.
  ~FileMaker();

  /// Makes them. Throws Fatal(usage) that names all that are in the way before the first is made, and
  /// Fatal(infrastructure) where the file system refuses.
  void make(const std::vector<NewFile>& files);
  /// From here on they stay.
  void keep() noexcept { is_kept_ = true; }

  /// Files of make() that were made, and those that were there and kept, as given.
  [[nodiscard]] const std::vector<std::filesystem::path>& made() const noexcept { return made_; }
  [[nodiscard]] const std::vector<std::filesystem::path>& kept() const noexcept { return kept_; }

 private:
  void make_folders(const std::filesystem::path& folder);

  std::filesystem::path folder_;
  std::vector<std::filesystem::path> made_, kept_, folders_;
  bool is_kept_ = false;
};

/// Puts `text` in the file's place: a new file is renamed over it. Throws Fatal(infrastructure).
void replace_file(const std::filesystem::path& file, const std::string& text);

}  // namespace e2e::host
