#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json.hpp"
#include "location.hpp"
#include "page.hpp"

/// Data for tests: made up, or from files. Not part of e2e.hpp.
namespace e2e {

/// Makes things up, the same ones from the same seed on every machine. Nothing it makes belongs to anybody.
class Faker {
 public:
  explicit Faker(std::uint64_t seed) : seed_(seed), state_(seed) {}
  /// By $E2E_SEED; without it by a seed of this attempt, which a note keeps, so that a failure can be
  /// repeated.
  explicit Faker(const Page& page);

  std::uint64_t seed() const noexcept { return seed_; }

  std::int64_t integer(std::int64_t least, std::int64_t most);
  double decimal(double least, double most);
  bool coin();
  template <class Container>
  const auto& pick(const Container& from) {
    return *(std::begin(from) + integer(0, static_cast<std::int64_t>(std::size(from)) - 1));
  }
  template <class T>
  T pick(std::initializer_list<T> from) {
    return *(from.begin() + integer(0, static_cast<std::int64_t>(from.size()) - 1));
  }

  std::string first_name();
  std::string last_name();
  std::string name();   ///< "Ada Rossi"
  std::string email();  ///< at example.com, .net or .org; not unique: page.unique_email() is
  std::string phone();  ///< "+1-555-0142": of the numbers that are kept for fiction
  std::string city();
  std::string street();    ///< "12 Mill Lane"
  std::string postcode();  ///< five digits
  std::string company();
  std::string word();
  std::string sentence(int words = 8);
  std::string uuid();                                             ///< version 4
  std::string text(std::size_t length);                           ///< letters and digits
  std::string date(int first_year = 1970, int last_year = 2037);  ///< "2024-02-29"

 private:
  std::uint64_t next();
  std::uint64_t seed_, state_;
};

/// The path of a file that `e2e_add_plugin(... DATA file)` put beside the plugin.
std::string data_path(std::string_view file);

/// The rows of a table, each with the columns that its first line names.
class Table {
 public:
  using Row = std::vector<std::pair<std::string, std::string>>;
  explicit Table(std::vector<Row> rows) : rows_(std::move(rows)) {}
  const std::vector<Row>& rows() const noexcept { return rows_; }
  std::size_t size() const noexcept { return rows_.size(); }
  /// The value of a column, "" if a short row has none. Ends the test if there is no such column.
  static const std::string& value(const Row& row, std::string_view column, Location where = Location::here());

 private:
  std::vector<Row> rows_;
};

/// RFC 4180: values between commas, in quotes where they hold commas, quotes (doubled) or line ends.
Table parse_csv(std::string_view text, Location where = Location::here());
/// A path, as data_path() makes one. Ends the test if it can't be read, or is larger than 64 MiB.
Table read_csv(const std::string& path, Location where = Location::here());
Json read_json(const std::string& path, Location where = Location::here());
/// YAML 1.2 of at most 1 MiB, one document: as the JSON that it comes to. Ends the test, with the place, if
/// it is none.
Json read_yaml(const std::string& path, Location where = Location::here());
Json parse_yaml(std::string_view text, Location where = Location::here());
std::string read_file(const std::string& path, Location where = Location::here());

}  // namespace e2e
