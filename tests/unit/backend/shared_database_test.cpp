// Several demo-backend processes on one database file.

#include <signal.h>

#include <algorithm>
#include <e2e_catch.hpp>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "backend_program.hpp"
#include "running_backend.hpp"
#include "temporary_folder.hpp"

using demo::test::Answer;
using demo::test::BackendProgram;
using demo::test::ServiceClient;
using nlohmann::json;

namespace {

using Programs = std::vector<std::unique_ptr<BackendProgram>>;

// Starts a process for each of `services`, all at the same moment, before any of them has made the schema.
Programs start_at_once(const std::vector<std::string>& services, const std::string& database) {
  Programs programs;
  for (const std::string& service : services) {
    programs.push_back(std::make_unique<BackendProgram>(
        std::vector<std::string>{"--only", service, "--" + service + "-port", "0", "--db", database}));
  }
  return programs;
}

// The ports they say they listen on. A process that did not start fails the test with what it said instead.
std::vector<int> ports_of(const Programs& programs) {
  std::vector<int> ports;
  for (const auto& program : programs) {
    const std::string line = program->read_line();
    CAPTURE(line);
    REQUIRE(line.find(" http://127.0.0.1:") != std::string::npos);
    ports.push_back(demo::test::port_in(line));
  }
  return ports;
}

void stop(const Programs& programs) {
  for (const auto& program : programs) program->signal(SIGTERM);
  for (const auto& program : programs) CHECK(program->wait() == 0);
}

// Makes `count` users and deletes every second of them. The ids of all; "" for each request that was refused.
std::vector<std::string> make_users(int port, int writer, int count) {
  ServiceClient users(port);
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) {
    const std::string name = std::to_string(writer) + "-" + std::to_string(i);
    const Answer made = users.post("/users", {{"email", name + "@example.com"}});
    ids.push_back(made.status == 201 ? made.body["id"].get<std::string>() : "");
    if (i % 2 == 1 && users.del("/users/" + ids.back()).status != 204) ids.push_back("");
  }
  return ids;
}

}  // namespace

TEST_CASE("FourProcessesThatStartAtOnceMakeOneSchema") {
  for (int round = 0; round < 8; ++round) {
    CAPTURE(round);
    const demo::TemporaryFolder folder;
    const Programs programs =
        start_at_once({"auth", "users", "orders", "payments"}, folder.path() / "db.sqlite");
    for (const int port : ports_of(programs)) CHECK(ServiceClient(port).get("/health").status == 200);
    stop(programs);
  }
}

TEST_CASE("WhatOneProcessWritesTheOthersSee") {
  const demo::TemporaryFolder folder;
  const Programs programs = start_at_once({"orders", "payments"}, folder.path() / "db.sqlite");
  const std::vector<int> ports = ports_of(programs);
  ServiceClient orders(ports[0]);
  const Answer created = orders.post(
      "/orders",
      {{"user_id", "usr_1"}, {"items", {{{"sku", "tea"}, {"quantity", 1}, {"unit_price_cents", 450}}}}});
  REQUIRE(created.status == 201);
  const std::string id = created.body["id"];
  REQUIRE(orders.post_text("/orders/" + id + "/place", "").status == 200);
  const Answer paid =
      ServiceClient(ports[1]).post("/payments", {{"order_id", id}, {"card_number", "4242424242424242"}});
  CHECK(paid.status == 201);
  CHECK(paid.body["amount_cents"] == 450);
  CHECK(orders.get("/orders/" + id).body["status"] == "paid");
  stop(programs);
}

TEST_CASE("NoIdIsGivenTwiceByProcessesThatShareAFile") {
  constexpr int count = 40;
  const demo::TemporaryFolder folder;
  const Programs programs = start_at_once({"users", "users", "users", "users"}, folder.path() / "db.sqlite");
  const std::vector<int> ports = ports_of(programs);
  std::vector<std::vector<std::string>> made(ports.size());
  std::vector<std::thread> writers;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    writers.emplace_back([&, i] { made[i] = make_users(ports[i], static_cast<int>(i), count); });
  }
  for (std::thread& writer : writers) writer.join();

  std::set<std::string> distinct;
  for (const auto& ids : made) distinct.insert(ids.begin(), ids.end());
  CHECK(distinct.count("") == 0);
  CHECK(distinct.size() == count * ports.size());
  for (const int port : ports) {
    CHECK(ServiceClient(port).get("/users?limit=1").body["total"] == count / 2 * ports.size());
  }
  stop(programs);
}
