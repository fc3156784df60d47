// SPDX-License-Identifier: MIT
// What of lwIP is compiled in, and how large its pools are.
#pragma once

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_SOCKET 0
#define LWIP_NETCONN 0
#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_DHCP 1
#define LWIP_DHCP_DOES_ACD_CHECK 0      // would take seconds
#define LWIP_NETIF_STATUS_CALLBACK 1
#define LWIP_DNS 0
#define LWIP_RAW 1              // ip-black: ESP
#define IP_FORWARD 1            // ip-red: by the hook, as 2.2.1 itself clears checksums
#define LWIP_HOOK_IP4_CANFORWARD(packet, to) lwip_forward(packet, to)
#define LWIP_STATS 0

#define MEM_ALIGNMENT 8
#define MEM_SIZE (256 * 1024)
#define PBUF_POOL_SIZE 128
#define PBUF_POOL_BUFSIZE 1536
#define MEMP_NUM_TCP_PCB 16
#define MEMP_NUM_TCP_SEG 128
#define MEMP_NUM_PBUF 64
#define TCP_MSS 1460
#define TCP_WND (16 * TCP_MSS)
#define TCP_SND_BUF (16 * TCP_MSS)
#define TCP_SND_QUEUELEN 64
#define IP_REASS_MAX_PBUFS 50
#define MEMP_NUM_REASSDATA 8
#define MEMP_NUM_FRAG_PBUF 64
