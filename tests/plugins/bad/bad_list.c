/* The lists of tests: by rights "before", "bad" and "after" in module "m". */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bad.h"

static char huge[8192];
static const e2e_kv annotations[1] = {{{"tag", 3}, {"bad", 3}}};

uint32_t bad_test_count(void* ctx) {
  (void)ctx;
  if (bad_is("list_empty")) return 0;
  if (bad_is("thousand") || bad_is("thousand_good")) return 1000;
  if (bad_is("list_huge")) return ~0u;
  if (bad_is("list_count_crashes")) abort();
  if (bad_is("list_changes")) return 3 + (uint32_t)getpid() % 7;
  return 3;
}

static e2e_test_desc test(const char* name) {
  e2e_test_desc desc = {sizeof desc, 1, {"m", 1}, {name, strlen(name)}, {"bad.c", 5}, 0, 0, 0};
  return desc;
}

/* A thousand tests: t0 to t999. */
static const e2e_test_desc* one_of_thousand(uint32_t index) {
  static e2e_test_desc descs[1000];
  static char names[1000][8];
  snprintf(names[index % 1000], sizeof names[0], "t%u", index % 1000);
  descs[index % 1000] = test(names[index % 1000]);
  return &descs[index % 1000];
}

const e2e_test_desc* bad_test_at(void* ctx, uint32_t index) {
  static e2e_test_desc descs[16];
  static const char* const names[] = {"before", "bad", "after", "t3", "t4", "t5", "t6", "t7", "t8", "t9"};
  e2e_test_desc* desc = &descs[index % 16];
  (void)ctx;
  if (bad_is("thousand") || bad_is("thousand_good")) return one_of_thousand(index);
  *desc = test(names[index % 10]);
  if (index != 1) return desc;
  if (bad_is("desc_null")) return 0;
  if (bad_is("desc_wild")) return (const e2e_test_desc*)(size_t)64;
  if (bad_is("desc_size_0")) desc->struct_size = 0;
  if (bad_is("desc_size_huge")) desc->struct_size = ~0u;
  if (bad_is("name_null")) desc->name.ptr = 0;
  if (bad_is("name_empty")) desc->name.len = 0;
  if (bad_is("name_long")) memset(huge, 'x', sizeof huge), desc->name = (e2e_str){huge, 300};
  if (bad_is("name_huge")) memset(huge, 'x', sizeof huge), desc->name = (e2e_str){huge, sizeof huge};
  if (bad_is("name_endless")) desc->name.len = ~(uint64_t)0;
  if (bad_is("name_control")) desc->name = (e2e_str){"b\033[2Jd\n", 7};
  if (bad_is("name_invalid_utf8")) desc->name = (e2e_str){"b\xff\xfe\xc0", 4};
  if (bad_is("name_of_two")) desc->name = (e2e_str){"b::d", 4};
  if (bad_is("module_invalid")) desc->module = (e2e_str){"m\x80", 2};
  if (bad_is("names_twice")) *desc = test("before");
  if (bad_is("annotations_null")) desc->annotation_count = 1;
  if (bad_is("annotations_many")) desc->annotations = annotations, desc->annotation_count = ~0u;
  return desc;
}
