#include "database/database.hpp"

#include <fmt/format.h>

#include "database/schema.hpp"

namespace demo {

Database::Database(std::string path, bool is_durable) : path_(std::move(path)), is_durable_(is_durable) {
  try {
    migrate();
  } catch (const DatabaseError& error) {
    throw DatabaseError(fmt::format("cannot open database {}: {}", path_, error.what()));
  }
}

Database::~Database() = default;

void Database::migrate() {
  write([](Session& session) {
    std::int64_t version = 0;
    std::int64_t tables = 0;
    {
      auto query =
          session.query("SELECT user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_user_version");
      query.next();
      version = query.integer(0);
      tables = query.integer(1);
    }
    if (version == schema_version) return true;
    if (tables > 0) {
      throw DatabaseError(fmt::format("it has schema version {}, this program has {}; use another file",
                                      version, schema_version));
    }
    session.execute_script(schema_sql());
    return true;
  });
}

Database::Lease::Lease(Database& from) : owner(from) {
  {
    const std::lock_guard lock(owner.pool_mutex_);
    if (!owner.pool_.empty()) {
      session = std::move(owner.pool_.back());
      owner.pool_.pop_back();
    }
  }
  if (session == nullptr) session = std::make_unique<Session>(owner.path_, owner.is_durable_);
}

Database::Lease::~Lease() {
  const std::lock_guard lock(owner.pool_mutex_);
  owner.pool_.push_back(std::move(session));
}

Database::Transaction::Transaction(Session& session, const char* begin) : session_(session) {
  session_.execute(begin);
}

Database::Transaction::~Transaction() {
  if (!is_open_) return;
  try {
    session_.execute("ROLLBACK");
  } catch (const DatabaseError&) {  // SQLite has rolled back already, as it does when the disk is full
  }
}

void Database::Transaction::commit() {
  session_.execute("COMMIT");
  is_open_ = false;
}

}  // namespace demo
