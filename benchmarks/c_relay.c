/* A relay of event streams that gathers as Tanya does, and does nothing else: a yardstick.
 *
 *     c_relay <provider's port>
 *
 * It listens on a free port of 127.0.0.1, which it prints, and passes each request on to the provider
 * over a connection of its own. Of the answer (Chat Completions over SSE in a chunked body) it takes
 * the text, and sends it on as numbered events. The first text is sent at once; after that a stream
 * waits one rotation of a timer wheel (ten slots of 10 ms) before it reads again, so that the kernel
 * gathers what arrives meanwhile. There is one thread and one epoll; nobody is signed in, nothing is
 * metered, checked or kept. Text stays as it is escaped in the JSON.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SLOTS = 10, WIDTH_MS = 10, BUFFER = 16384, EVENTS = 256, BACKLOG = 4096 };

/* One end of a stream: epoll's data points here. */
struct end {
    struct stream *stream;
    int fd;
};

struct stream {
    struct end client, provider;
    size_t asked;          /* bytes of the request so far */
    size_t held;           /* bytes in `line` */
    size_t chunk;          /* bytes of the provider's chunk that are still to come */
    unsigned long number;  /* of the last event */
    enum { ASKING, HEAD, SIZE, BODY, CHUNK_END } state;
    int waits;             /* it is in a slot of the wheel */
    int closed;
    struct stream *next;   /* in its slot, or among those to be freed */
    char line[BUFFER];     /* the request, then the line that is being read */
};

static const char RESPONSE[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                               "Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n";
static const char CONTENT[] = "\"content\":\"";

static int epoll, listening, provider_port;
static struct stream *wheel[SLOTS], *over;
static int slot;
static long due;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void watch(struct end *end, int how, unsigned events) {
    struct epoll_event event = {.events = events, .data.ptr = end};
    if (epoll_ctl(epoll, how, end->fd, &event)) fail("epoll_ctl");
}

static struct sockaddr_in local(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/* Close both ends. It is freed after this turn's events, one of which may still point to it. */
static void close_stream(struct stream *s) {
    if (s->closed) return;
    s->closed = 1;
    close(s->client.fd);
    if (s->provider.fd >= 0) close(s->provider.fd);
    if (s->waits) return; /* the wheel frees it */
    s->next = over;
    over = s;
}

static void accept_clients(void) {
    int fd, on = 1;
    while ((fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct stream *s = calloc(1, sizeof *s);
        if (!s) fail("calloc");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        s->client = (struct end){s, fd};
        s->provider = (struct end){s, -1};
        watch(&s->client, EPOLL_CTL_ADD, EPOLLIN | EPOLLRDHUP);
    }
}

/* Whether all of the request has come. */
static int is_whole(const struct stream *s) {
    char *body = memmem(s->line, s->asked, "\r\n\r\n", 4);
    if (!body) return 0;
    char *length = strcasestr(s->line, "\r\ncontent-length:");
    size_t wanted = length && length < body ? strtoul(length + 17, NULL, 10) : 0;
    return s->asked - (body + 4 - s->line) >= wanted;
}

static void read_request(struct stream *s) {
    ssize_t got = recv(s->client.fd, s->line + s->asked, BUFFER - 1 - s->asked, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0 || s->state != ASKING) { /* gone, or saying more than one request */
        close_stream(s);
        return;
    }
    s->asked += got;
    s->line[s->asked] = 0;
    if (!is_whole(s)) return;
    struct sockaddr_in address = local(provider_port);
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    /* On one machine a connection is made at once, so this does not wait. */
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address)) fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    s->provider.fd = fd;
    if (send(fd, s->line, s->asked, MSG_NOSIGNAL) != (ssize_t)s->asked) fail("send");
    s->state = HEAD;
    watch(&s->provider, EPOLL_CTL_ADD, EPOLLIN | EPOLLONESHOT);
}

/* One event, in a chunk of its own, appended to `out`. */
static size_t put_event(struct stream *s, char *out, const char *json, size_t length) {
    char head[64];
    int heads = snprintf(head, sizeof head, "id: %lu\ndata: ", ++s->number);
    size_t at = sprintf(out, "%zx\r\n", heads + length + 2);
    memcpy(out + at, head, heads);
    at += heads;
    memcpy(out + at, json, length);
    at += length;
    memcpy(out + at, "\n\n\r\n", 4);
    return at + 4;
}

/* The text in a whole line of the provider's; returns where `text` ends then. */
static char *take_text(const struct stream *s, char *text) {
    const char *end = s->line + s->held;
    const char *at = memmem(s->line, s->held, CONTENT, sizeof CONTENT - 1);
    if (!at) return text;
    for (at += sizeof CONTENT - 1; at < end && *at != '"'; at++) {
        if (*at == '\\' && at + 1 < end) *text++ = *at++;
        *text++ = *at;
    }
    return text;
}

/* Take a byte of the body; returns where `text` ends then. `ended` is set at `[DONE]`. */
static char *take_body(struct stream *s, char byte, char *text, int *ended) {
    if (byte != '\n') {
        if (s->held < BUFFER - 1) s->line[s->held++] = byte;
        return text;
    }
    if (s->held > 6 && !memcmp(s->line, "data: ", 6)) {
        if (s->line[6] == '[') *ended = 1;
        else text = take_text(s, text);
    }
    s->held = 0;
    return text;
}

/* Take what the provider sent, through the response's head and its chunks. */
static char *take(struct stream *s, const char *in, size_t length, char *text, int *ended) {
    for (const char *end = in + length; in < end; in++) {
        switch (s->state) {
        case HEAD: /* `held` counts the bytes of the blank line that ends it */
            s->held = *in == "\r\n\r\n"[s->held] ? s->held + 1 : *in == '\r';
            if (s->held == 4) s->held = 0, s->state = SIZE;
            break;
        case SIZE:
            if (*in == '\n') s->state = BODY;
            else if (*in != '\r') s->chunk = s->chunk * 16 + (*in & 15) + (*in > '9' ? 9 : 0);
            break;
        case BODY:
            text = take_body(s, *in, text, ended);
            if (!--s->chunk) s->state = CHUNK_END;
            break;
        case CHUNK_END:
            if (*in == '\n') s->state = SIZE;
            break;
        case ASKING:
            break;
        }
        if (*ended) break;
    }
    return text;
}

static void wait_rotation(struct stream *s) {
    s->waits = 1;
    s->next = wheel[slot];
    wheel[slot] = s;
}

/* One read, and one write of all the text in it. */
static void relay(struct stream *s) {
    static char in[BUFFER], text[BUFFER + 32], out[BUFFER + 1024];
    ssize_t got = recv(s->provider.fd, in, sizeof in, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) {
        watch(&s->provider, EPOLL_CTL_MOD, EPOLLIN | EPOLLONESHOT);
        return;
    }
    if (got <= 0) {
        close_stream(s);
        return;
    }
    static const char before[] = "{\"type\":\"text\",\"text\":\"";
    int ended = 0;
    char *begin = text + sizeof before - 1;
    memcpy(text, before, sizeof before - 1);
    char *end = take(s, in, got, begin, &ended);
    size_t size = 0;
    if (!s->number) {
        memcpy(out, RESPONSE, sizeof RESPONSE - 1);
        size = sizeof RESPONSE - 1;
    }
    if (end > begin) {
        memcpy(end, "\"}", 2);
        size += put_event(s, out + size, text, end + 2 - text);
    }
    if (ended) {
        size += put_event(s, out + size, "[DONE]", 6);
        memcpy(out + size, "0\r\n\r\n", 5);
        size += 5;
    }
    if (size && send(s->client.fd, out, size, MSG_NOSIGNAL) != (ssize_t)size) close_stream(s);
    else if (ended) shutdown(s->client.fd, SHUT_WR); /* the client closes */
    else if (end > begin) wait_rotation(s);
    else watch(&s->provider, EPOLL_CTL_MOD, EPOLLIN | EPOLLONESHOT);
}

/* Fire the slots whose time has come. */
static void turn(void) {
    for (long now = now_ms(); due <= now; due += WIDTH_MS) {
        slot = (slot + 1) % SLOTS;
        struct stream *s = wheel[slot];
        wheel[slot] = NULL;
        while (s) {
            struct stream *next = s->next;
            s->waits = 0;
            if (s->closed) free(s);
            else relay(s);
            s = next;
        }
    }
}

static void serve(void) {
    struct epoll_event events[EVENTS];
    due = now_ms() + WIDTH_MS;
    for (;;) {
        long left = due - now_ms();
        int count = epoll_wait(epoll, events, EVENTS, left > 0 ? left : 0);
        for (int i = 0; i < count; i++) {
            struct end *end = events[i].data.ptr;
            if (!end) accept_clients();
            else if (end->stream->closed) continue;
            else if (end == &end->stream->client) read_request(end->stream);
            else relay(end->stream);
        }
        turn();
        while (over) {
            struct stream *next = over->next;
            free(over);
            over = next;
        }
    }
}

int main(int count, char **arguments) {
    if (count != 2) return 2;
    provider_port = atoi(arguments[1]);
    struct rlimit limit;
    if (!getrlimit(RLIMIT_NOFILE, &limit)) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    struct sockaddr_in address = local(0);
    socklen_t length = sizeof address;
    listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (listening < 0 || bind(listening, (struct sockaddr *)&address, length)) fail("bind");
    if (listen(listening, BACKLOG)) fail("listen");
    if (getsockname(listening, (struct sockaddr *)&address, &length)) fail("getsockname");
    if ((epoll = epoll_create1(0)) < 0) fail("epoll_create1");
    struct epoll_event event = {.events = EPOLLIN};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, listening, &event)) fail("epoll_ctl");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    serve();
}
