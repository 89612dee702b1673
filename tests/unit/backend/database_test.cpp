#include "database/database.hpp"

#include <sqlite3.h>

#include <chrono>
#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>

#include "temporary_folder.hpp"

using demo::Database;
using demo::DatabaseError;
using demo::Session;

namespace {

bool insert_user(Session& session, const std::string& email) {
  session.execute(
      "INSERT INTO users (email, role, created_unix_ms, updated_unix_ms) VALUES (?1, 'user', 0, 0)", email);
  return true;
}

std::int64_t count_users(Database& database) {
  return database.read([](Session& session) {
    auto query = session.query("SELECT count(*) FROM users");
    query.next();
    return query.integer(0);
  });
}

std::string error_of(const std::string& path) {
  try {
    const Database database(path, true);
    return "";
  } catch (const DatabaseError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("WhatWasWrittenIsThereAfterReopening") {
  const demo::TemporaryFolder folder;
  const std::string path = folder.path() / "db.sqlite";
  {
    Database database(path, true);
    database.write([](Session& session) { return insert_user(session, "a@example.com"); });
  }
  Database database(path, true);
  CHECK(count_users(database) == 1);
}

TEST_CASE("ExceptionRollsTheTransactionBack") {
  const demo::TemporaryFolder folder;
  Database database(folder.path() / "db.sqlite", false);
  CHECK_THROWS_AS(database.write([](Session& session) -> bool {
    insert_user(session, "a@example.com");
    throw std::runtime_error("stop");
  }),
                  std::runtime_error);
  CHECK(count_users(database) == 0);
  CHECK(database.write([](Session& session) { return insert_user(session, "a@example.com"); }));
}

TEST_CASE("UniqueAndForeignKeysAreEnforced") {
  const demo::TemporaryFolder folder;
  Database database(folder.path() / "db.sqlite", false);
  database.write([](Session& session) { return insert_user(session, "a@example.com"); });
  CHECK_THROWS_AS(database.write([](Session& session) { return insert_user(session, "A@EXAMPLE.COM"); }),
                  demo::UniqueViolation);
  CHECK_THROWS_AS(database.write([](Session& session) {
    session.execute("INSERT INTO tokens (token, account_id, expires_unix_ms) VALUES ('t', 7, 0)");
    return true;
  }),
                  DatabaseError);
}

TEST_CASE("NewFileThatAnotherWritesToIsWaitedFor") {
  const demo::TemporaryFolder folder;
  const std::string path = folder.path() / "db.sqlite";
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  auto opened =
      std::async(std::launch::async, [&] { return count_users(*std::make_unique<Database>(path, true)); });
  // It neither fails nor goes ahead.
  CHECK(opened.wait_for(std::chrono::milliseconds(200)) == std::future_status::timeout);
  REQUIRE(sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK);
  CHECK(opened.get() == 0);
  sqlite3_close(other);
}

TEST_CASE("FileThatCannotBeOpenedIsNamed") {
  const demo::TemporaryFolder folder;
  const std::string path = folder.path() / "no" / "such" / "folder.sqlite";
  CHECK(error_of(path) == "cannot open database " + path + ": unable to open database file");
}

TEST_CASE("FileThatIsNoDatabaseIsRefused") {
  const demo::TemporaryFolder folder;
  const std::string path = folder.path() / "text";
  std::ofstream(path) << std::string(4096, 'x');
  CHECK(error_of(path) == "cannot open database " + path + ": file is not a database");
}

TEST_CASE("FileOfAnotherSchemaIsRefusedAndUnchanged") {
  const demo::TemporaryFolder folder;
  const std::string path = folder.path() / "db.sqlite";
  {
    Session session(path, true);
    session.execute_script("CREATE TABLE theirs (a); PRAGMA user_version = 7;");
  }
  CHECK(error_of(path) ==
        "cannot open database " + path + ": it has schema version 7, this program has 1; use another file");
  Session session(path, true);
  auto query = session.query("SELECT count(*) FROM sqlite_schema");
  query.next();
  CHECK(query.integer(0) == 1);
}

TEST_CASE("TemporaryFolderGoesWithItsContent") {
  std::filesystem::path path;
  {
    const demo::TemporaryFolder folder;
    path = folder.path();
    std::ofstream(path / "file") << "x";
    CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::all) ==
          std::filesystem::perms::owner_all);
  }
  CHECK_FALSE(std::filesystem::exists(path));
}
