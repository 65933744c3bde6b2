/* What is printed: one line of JSON, or one of complaint. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "load.h"

static bool has_fields;

void field(const char *name, double value, int digits) {
    printf("%s\"%s\":%.*f", has_fields ? "," : "{", name, digits, value);
    has_fields = true;
}
void end_report(void) { printf("}\n"); }

void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("chatload: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}
