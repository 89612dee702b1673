#include "database/session.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <thread>

namespace demo {
namespace {

constexpr int busy_timeout_ms = 5000;

[[noreturn]] void fail(sqlite3* database, int code) {
  const std::string reason = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) throw UniqueViolation(reason);
  throw DatabaseError(reason);
}

void require_ok(sqlite3_stmt* statement, int code) {
  if (code != SQLITE_OK) fail(sqlite3_db_handle(statement), code);
}

}  // namespace

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool Query::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail(sqlite3_db_handle(statement_), code);
  return false;
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Query::text(int column) const {
  const auto* const data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Query::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

void Query::bind(int position, std::int64_t value) {
  require_ok(statement_, sqlite3_bind_int64(statement_, position, value));
}

void Query::bind(int position, std::string_view value) {
  // A null pointer would bind NULL, not an empty text.
  const char* const data = value.empty() ? "" : value.data();
  require_ok(statement_,
             sqlite3_bind_text64(statement_, position, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Query::bind_null(int position) { require_ok(statement_, sqlite3_bind_null(statement_, position)); }

void Session::CloseDatabase::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

void Session::FinalizeStatement::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Session::Session(const std::string& path, bool is_durable) {
  sqlite3* opened = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  database_.reset(opened);
  if (code != SQLITE_OK) fail(opened, code);
  sqlite3_extended_result_codes(opened, 1);
  sqlite3_busy_timeout(opened, busy_timeout_ms);
  execute_script(
      fmt::format("PRAGMA synchronous={}; PRAGMA foreign_keys=ON;", is_durable ? "NORMAL" : "OFF"));
  write_ahead();
}

Session::~Session() = default;

void Session::execute_script(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(database_.get(), code);
}

// The busy timeout does not hold here: to who has read the file's header and finds another process writing,
// as where several open a new file at once, SQLite says at once that it is locked.
void Session::write_ahead() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(busy_timeout_ms);
  while (true) {
    const int code = sqlite3_exec(database_.get(), "PRAGMA journal_mode=WAL", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return;
    const bool is_busy = (code & 0xff) == SQLITE_BUSY;
    if (!is_busy || std::chrono::steady_clock::now() >= deadline) fail(database_.get(), code);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

std::int64_t Session::last_insert_id() const { return sqlite3_last_insert_rowid(database_.get()); }

std::int64_t Session::changed_rows() const { return sqlite3_changes64(database_.get()); }

sqlite3_stmt* Session::prepared(std::string_view sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return found->second.get();
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) fail(database_.get(), code);
  statements_.emplace(sql, statement);
  return statement;
}

}  // namespace demo
