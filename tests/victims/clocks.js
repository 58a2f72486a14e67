// SPDX-License-Identifier: GPL-2.0
setInterval(() => console.log(Date.now(), new Date().getTime(), Math.round(Date.now() / 1000), Math.round(performance.now())), 200)
