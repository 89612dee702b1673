// Tables of cases: each a test of its own.
#include <e2e/data.hpp>
#include <e2e/e2e.hpp>

#include <vector>

namespace {

struct Echo {
  const char* name;
  int number;
};
const Echo echoes[] = {{"one", 1}, {"two words", 2}, {"two-words", 3}, {"two.words", 4}};
const std::vector<int> numbers = {7, 8};

struct Plain {
  int number;
};
const std::vector<Plain> plain = {{1}, {2}};

}  // namespace

E2E_TEST_EACH(echoes_each, echoes, e2e::Page& page, const Echo& row, e2e::tag("each")) {
  page.assert_json(page.post("/echo", e2e::json_body({{"n", row.number}})), "/n", row.number);
  E2E_CHECK(row.number != 4);  // one of them fails
}

E2E_TEST_EACH(is_number, numbers, e2e::Page&, const int& number) { E2E_CHECK(number > 6); }

E2E_TEST_EACH(has_none, plain, e2e::Page&, const Plain& row) { E2E_CHECK(row.number > 0); }

E2E_TEST(reads_its_data, e2e::Page& page) {
  const auto table = e2e::read_csv(e2e::data_path("cards.csv"));
  E2E_CHECK(table.size() == 2u);
  E2E_CHECK(e2e::Table::value(table.rows()[1], "number") == "4000000000000002");
  e2e::Faker fake(page);
  E2E_CHECK(e2e::Faker(fake.seed()).name() == fake.name());
}
