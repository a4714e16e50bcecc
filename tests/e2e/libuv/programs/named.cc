/* SPDX-License-Identifier: MIT */
/* Callbacks that are functions of C++: in a namespace, in a class, a template,
 * and a lambda. */
#include <uv.h>

namespace shop {

template <typename T> struct Kettle {
    T timer;

    static void boiled(T *timer)
    {
        uv_close(reinterpret_cast<uv_handle_t *>(timer), closed);
    }

    static void closed(uv_handle_t *) {}
};

} // namespace shop

int main()
{
    shop::Kettle<uv_timer_t> kettle;
    uv_async_t async;
    uv_timer_init(uv_default_loop(), &kettle.timer);
    uv_timer_start(&kettle.timer, shop::Kettle<uv_timer_t>::boiled, 100, 0);
    uv_async_init(uv_default_loop(), &async, [](uv_async_t *handle) {
        uv_close(reinterpret_cast<uv_handle_t *>(handle), nullptr);
    });
    uv_async_send(&async);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    return uv_loop_close(uv_default_loop());
}
