// One connection to the SQLite file, with its prepared statements.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace demo {

/// SQLite could not do what it was asked.
class DatabaseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A UNIQUE constraint did not hold; nothing was written.
class UniqueViolation : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// A prepared statement with its values, ready to be stepped through. Lent by a Session, which must outlive
/// it; two of the same SQL must not be in use at once.
class Query {
 public:
  explicit Query(sqlite3_stmt* statement) : statement_(statement) {}
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  /// Moves to the next row; the first call to the first one. False if there is none. Throws DatabaseError.
  bool next();

  /// A column of the current row, from 0.
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  friend class Session;
  void bind(int position, std::int64_t value);
  void bind(int position, int value) { bind(position, std::int64_t{value}); }
  void bind(int position, std::string_view value);
  void bind_null(int position);
  template <class T>
  void bind(int position, const std::optional<T>& value) {
    value ? bind(position, *value) : bind_null(position);
  }

  sqlite3_stmt* statement_;
};

/// A connection. Used by one thread at a time.
class Session {
 public:
  /// Opens the file, which is made if need be. `is_durable`: what was committed survives a power cut, as far
  /// as WAL mode with synchronous=NORMAL goes. Other processes may have the file open, or be making it.
  /// Throws DatabaseError, also where they keep it locked for 5 s.
  Session(const std::string& path, bool is_durable);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  /// A statement with `values` bound to ?1, ?2, ... in order. Prepared at the first use and kept.
  template <class... Values>
  [[nodiscard]] Query query(std::string_view sql, const Values&... values) {
    return Query(bound(sql, values...));
  }

  /// Runs a statement to its end. Throws UniqueViolation or DatabaseError.
  template <class... Values>
  void execute(std::string_view sql, const Values&... values) {
    Query statement(bound(sql, values...));
    while (statement.next()) {
    }
  }

  /// Runs several statements without values, as a schema has them.
  void execute_script(const std::string& sql);

  /// The rowid of the last INSERT.
  [[nodiscard]] std::int64_t last_insert_id() const;
  /// How many rows the last INSERT, UPDATE or DELETE touched.
  [[nodiscard]] std::int64_t changed_rows() const;

 private:
  struct CloseDatabase {
    void operator()(sqlite3* database) const;
  };
  struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const;
  };

  void write_ahead();
  sqlite3_stmt* prepared(std::string_view sql);

  template <class... Values>
  sqlite3_stmt* bound(std::string_view sql, const Values&... values) {
    sqlite3_stmt* const statement = prepared(sql);
    [[maybe_unused]] int position = 0;
    Query binder(statement);
    (binder.bind(++position, values), ...);
    binder.statement_ = nullptr;
    return statement;
  }

  std::unique_ptr<sqlite3, CloseDatabase> database_;
  // After database_, so that the statements are finalized first.
  std::map<std::string, std::unique_ptr<sqlite3_stmt, FinalizeStatement>, std::less<>> statements_;
};

}  // namespace demo
