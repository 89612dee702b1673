// The storage that the four services share.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "database/session.hpp"

namespace demo {

/// A pool of sessions on one file. All functions from any thread.
class Database {
 public:
  /// Opens the file and brings an empty one to the current schema. Throws DatabaseError with
  /// "cannot open database PATH: reason", also where the file has another program's, or version's, schema.
  Database(std::string path, bool is_durable);
  ~Database();

  /// Calls `work` in a read transaction: all it reads is of one moment. Many run at once.
  template <class Work>
  auto read(Work&& work) {
    const Lease lease(*this);
    Transaction transaction(*lease.session, "BEGIN DEFERRED");
    return transaction.run(std::forward<Work>(work));
  }

  /// Calls `work` in a write transaction, one at a time. What it throws rolls everything back and is passed
  /// on.
  template <class Work>
  auto write(Work&& work) {
    // Queueing here is fair and quick; SQLite's own waiting for the lock sleeps for milliseconds.
    const std::lock_guard lock(write_mutex_);
    const Lease lease(*this);
    Transaction transaction(*lease.session, "BEGIN IMMEDIATE");
    return transaction.run(std::forward<Work>(work));
  }

 private:
  struct Lease {
    explicit Lease(Database& from);
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease();
    Database& owner;
    std::unique_ptr<Session> session;
  };

  class Transaction {
   public:
    Transaction(Session& session, const char* begin);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    template <class Work>
    auto run(Work&& work) {
      auto result = work(session_);
      commit();
      return result;
    }

   private:
    void commit();
    Session& session_;
    bool is_open_ = true;
  };

  void migrate();

  std::string path_;
  bool is_durable_;
  std::mutex write_mutex_;
  std::mutex pool_mutex_;
  std::vector<std::unique_ptr<Session>> pool_;
};

}  // namespace demo
