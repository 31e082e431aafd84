"""Every number that bounds what other servers can make us do, in one place.

A limit is inclusive: a value equal to it is accepted, one more is refused. What is refused has a code.

======================== ================================================ ======================== ==================
number                   what it bounds                                   where it is enforced     refusal
======================== ================================================ ======================== ==================
body_bytes               an incoming JSON body                            web (inbox), documents   body-too-large
upload_bytes             a file that a member uploads                     web                      body-too-large
header_bytes             all header lines, of a request or an answer      web, fetch.exchange      headers-too-large
header_fields            how many header lines                            web, fetch.exchange      too-many-headers
url_chars                an IRI                                           hosts.parse_iri          iri-too-long
json_depth               nested arrays and objects                        documents                too-deep
json_nodes               values in one document                           documents                too-many-nodes
json_keys                keys of one object                               documents                too-many-keys
recipients               to + cc + bto + bcc together                     vocabulary               too-many-recipients
tags                     `tag`                                            vocabulary               too-many-tags
attachments              `attachment`                                     vocabulary               too-many-attachments
poll_options             `oneOf` or `anyOf`                               vocabulary               too-many-options
content_source_bytes     `content` as it came                             vocabulary, html         content-too-large
content_bytes            `content` after sanitising                       html                     content-too-large
name_chars               `name`, `summary` of an actor, other short text  vocabulary               (cut)
username_chars           `preferredUsername`                              discovery, vocabulary    bad-username
redirects                hops of one fetch after the first request        fetch.fetcher            too-many-redirects
fetch_bytes              a fetched document, decoded                      fetch.exchange           body-too-large
media_bytes              a fetched picture                                fetch.exchange           body-too-large
answer_bytes             what is kept of the answer to a delivery         fetch.lanes              (cut)
fetch_total_s            one fetch with all its hops, wall time           fetch.fetcher            timeout
connect_s                name lookup, TCP and TLS together                fetch.network            timeout
delivery_total_s         one delivery, wall time                          fetch.lanes              timeout
fetches_per_activity     requests that one incoming activity may cause    fetch.budget             budget-spent
fetch_depth              how far such fetches may lead one to the next    fetch.budget             too-far
collection_pages         pages read of one collection                     fetch.collection         (stops)
collection_items         items read of one collection                     fetch.collection         (stops)
jrd_links                links read of a WebFinger or NodeInfo answer     discovery                too-many-links
key_cache_s              how long a key is believed without asking again  inbox                    (asks again)
key_negative_s           how long a failed key fetch is remembered        inbox                    key-not-found
key_refetch_s            pause between two refreshes of one key           inbox                    (not asked)
fetches_per_host         fetches from one host at the same time           fetch.turns              (waits)
fetches_total            fetches at the same time                         fetch.turns              (waits)
fetches_per_domain_per_h fetches from one domain within an hour           fetch.turns              too-many-fetches
fetch_queue_s            how long a fetch waits for its turn              fetch.turns              busy
hosts_remembered         records kept per remote host, in memory          fetch.turns              (oldest goes)
inbox_per_host_per_s     incoming activities of one host, steady          inbox                    429
inbox_per_host_burst     the same, at once                                inbox                    429
======================== ================================================ ======================== ==================
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers; units are in the names, and what each bounds is in the table above."""

    body_bytes: int = 1_048_576
    upload_bytes: int = 10_485_760
    header_bytes: int = 16_384
    header_fields: int = 100
    url_chars: int = 2_048

    json_depth: int = 32
    json_nodes: int = 20_000
    json_keys: int = 1_000
    recipients: int = 500
    tags: int = 100
    attachments: int = 20
    poll_options: int = 20
    content_source_bytes: int = 102_400
    content_bytes: int = 65_536
    name_chars: int = 500
    username_chars: int = 64

    redirects: int = 3
    fetch_bytes: int = 1_048_576
    media_bytes: int = 10_485_760
    answer_bytes: int = 4_096
    fetch_total_s: float = 10.0
    connect_s: float = 3.0
    delivery_total_s: float = 15.0
    fetches_per_activity: int = 20
    fetch_depth: int = 8
    collection_pages: int = 10
    collection_items: int = 500
    jrd_links: int = 100

    key_cache_s: float = 86_400.0
    key_negative_s: float = 300.0
    key_refetch_s: float = 600.0

    fetches_per_host: int = 2
    fetches_total: int = 20
    fetches_per_domain_per_h: int = 3_600
    fetch_queue_s: float = 30.0
    hosts_remembered: int = 10_000

    inbox_per_host_per_s: float = 10.0
    inbox_per_host_burst: int = 100
