"""The tables of all floors."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table('asked',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asked'))
    )
    op.create_index(op.f('ix_asked_asked_at'), 'asked', ['asked_at'], unique=False)
    op.create_index('ix_asked_digest_asked_at', 'asked', ['digest', 'asked_at'], unique=False)
    op.create_table('distribution',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('log_id', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_distribution'))
    )
    op.create_table('dropped',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('authority', sa.String(length=260), nullable=False),
    sa.Column('from_id', sa.BigInteger(), nullable=False),
    sa.Column('to_id', sa.BigInteger(), nullable=False),
    sa.Column('activities', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=32), nullable=False),
    sa.Column('dropped_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dropped'))
    )
    op.create_index(op.f('ix_dropped_authority'), 'dropped', ['authority'], unique=False)
    op.create_table('host',
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('policy', sa.String(length=16), nullable=False),
    sa.Column('public_reason', sa.Text(), nullable=False),
    sa.Column('private_reason', sa.Text(), nullable=False),
    sa.Column('software', sa.String(length=64), nullable=True),
    sa.Column('version', sa.String(length=64), nullable=True),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_host'))
    )
    op.create_table('inbound_lane',
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('owner', sa.String(length=64), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('host', name=op.f('pk_inbound_lane'))
    )
    op.create_table('inbox',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('iri', sa.Text(), nullable=False),
    sa.Column('authority', sa.String(length=260), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox')),
    sa.UniqueConstraint('iri', name=op.f('uq_inbox_iri'))
    )
    op.create_index(op.f('ix_inbox_authority'), 'inbox', ['authority'], unique=False)
    op.create_index(op.f('ix_inbox_host'), 'inbox', ['host'], unique=False)
    op.create_table('incoming',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('iri', sa.Text(), nullable=False),
    sa.Column('actor_iri', sa.Text(), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('type', sa.String(length=64), nullable=False),
    sa.Column('object_iri', sa.Text(), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('trust', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_attempt_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incoming')),
    sa.UniqueConstraint('digest', name=op.f('uq_incoming_digest')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_incoming_due', 'incoming', ['host', 'id'], unique=False, sqlite_where=sa.text("state = 'new'"), postgresql_where=sa.text("state = 'new'"))
    op.create_index('ix_incoming_moves', 'incoming', ['actor_iri'], unique=False, sqlite_where=sa.text("type = 'Move'"), postgresql_where=sa.text("type = 'Move'"))
    op.create_index('ix_incoming_quarantined', 'incoming', ['id'], unique=False, sqlite_where=sa.text("state = 'quarantined'"), postgresql_where=sa.text("state = 'quarantined'"))
    op.create_index('ix_incoming_received', 'incoming', ['received_at'], unique=False)
    op.create_index('ix_incoming_waiting', 'incoming', ['host'], unique=False, sqlite_where=sa.text("state = 'new' AND next_attempt_at IS NOT NULL"), postgresql_where=sa.text("state = 'new' AND next_attempt_at IS NOT NULL"))
    op.create_table('lane',
    sa.Column('authority', sa.String(length=260), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('acked_id', sa.BigInteger(), nullable=False),
    sa.Column('acked_inbox_id', sa.BigInteger(), nullable=False),
    sa.Column('wanted_id', sa.BigInteger(), nullable=False),
    sa.Column('next_attempt_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('owner', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('failing_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refusals', sa.Integer(), nullable=False),
    sa.Column('slow', sa.Boolean(), nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('last_success_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('scheme', sa.String(length=16), nullable=True),
    sa.Column('scheme_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('authority', name=op.f('pk_lane'))
    )
    op.create_index('ix_lane_due', 'lane', ['next_attempt_at'], unique=False, sqlite_where=sa.text('wanted_id > acked_id'), postgresql_where=sa.text('wanted_id > acked_id'))
    op.create_index(op.f('ix_lane_host'), 'lane', ['host'], unique=False)
    op.create_table('oauth_app',
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('client_id', sa.Text(), nullable=False),
    sa.Column('client_secret', sa.LargeBinary(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('origin', name=op.f('pk_oauth_app'))
    )
    op.create_table('mail_server',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('port', sa.Integer(), nullable=False),
    sa.Column('security', sa.String(length=8), nullable=False),
    sa.Column('user', sa.String(length=254), nullable=False),
    sa.Column('password', sa.LargeBinary(), nullable=True),
    sa.Column('sender', sa.String(length=254), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_server'))
    )
    op.create_table('picture',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('name', sa.String(length=32), nullable=False),
    sa.Column('suffix', sa.String(length=8), nullable=False),
    sa.Column('use', sa.String(length=16), nullable=False),
    sa.Column('owner_kind', sa.String(length=16), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('alt', sa.Text(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('dropped_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_picture')),
    sa.UniqueConstraint('name', name=op.f('uq_picture_name'))
    )
    op.create_index(op.f('ix_picture_dropped_at'), 'picture', ['dropped_at'], unique=False)
    op.create_index('ix_picture_owner', 'picture', ['owner_kind', 'owner_id', 'use'], unique=False)
    op.create_table('seen',
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_seen'))
    )
    op.create_table('site',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('languages', JSON, nullable=False),
    sa.Column('region', sa.String(length=16), nullable=True),
    sa.Column('colour', sa.String(length=7), nullable=False),
    sa.Column('registration', sa.String(length=16), nullable=False),
    sa.Column('questions', JSON, nullable=False),
    sa.Column('terms', JSON, nullable=False),
    sa.Column('terms_version', sa.Integer(), nullable=False),
    sa.Column('founding_projects', sa.String(length=16), nullable=False),
    sa.Column('federation_mode', sa.String(length=16), nullable=False),
    sa.Column('wizard_step', sa.String(length=16), nullable=False),
    sa.Column('wizard_done', sa.Boolean(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site'))
    )
    op.create_table('tagged',
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('item_id', BIG_ID, nullable=False),
    sa.Column('tag', sa.String(length=100), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'item_id', 'tag', name=op.f('pk_tagged'))
    )
    op.create_index('ix_tagged_kind_tag_at', 'tagged', ['kind', 'tag', 'at'], unique=False)
    op.create_table('tombstone',
    sa.Column('iri', sa.Text(), nullable=False),
    sa.Column('former_type', sa.String(length=64), nullable=False),
    sa.Column('owner_id', BIG_ID, nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('iri', name=op.f('pk_tombstone'))
    )
    op.create_table('actor',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('iri', sa.Text(), nullable=False),
    sa.Column('local', sa.Boolean(), nullable=False),
    sa.Column('type', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=True),
    sa.Column('username', sa.String(length=64), nullable=False),
    sa.Column('authority', sa.String(length=260), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('name_map', JSON, nullable=False),
    sa.Column('summary_map', JSON, nullable=False),
    sa.Column('language', sa.String(length=16), nullable=True),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('icon_url', sa.Text(), nullable=True),
    sa.Column('image_url', sa.Text(), nullable=True),
    sa.Column('fields', JSON, nullable=False),
    sa.Column('inbox_id', BIG_ID, nullable=True),
    sa.Column('delivery_inbox_id', BIG_ID, nullable=True),
    sa.Column('inbox_iri', sa.Text(), nullable=False),
    sa.Column('shared_inbox_iri', sa.Text(), nullable=True),
    sa.Column('outbox_iri', sa.Text(), nullable=True),
    sa.Column('followers_iri', sa.Text(), nullable=True),
    sa.Column('following_iri', sa.Text(), nullable=True),
    sa.Column('featured_iri', sa.Text(), nullable=True),
    sa.Column('moderators_iri', sa.Text(), nullable=True),
    sa.Column('members_iri', sa.Text(), nullable=True),
    sa.Column('upcoming_events_iri', sa.Text(), nullable=True),
    sa.Column('manually_approves', sa.Boolean(), nullable=False),
    sa.Column('discoverable', sa.Boolean(), nullable=False),
    sa.Column('indexable', sa.Boolean(), nullable=False),
    sa.Column('also_known_as', JSON, nullable=False),
    sa.Column('moved_to_iri', sa.Text(), nullable=True),
    sa.Column('implements', JSON, nullable=False),
    sa.Column('document', JSON, nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('suspended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['delivery_inbox_id'], ['inbox.id'], name=op.f('fk_actor_delivery_inbox_id_inbox')),
    sa.ForeignKeyConstraint(['inbox_id'], ['inbox.id'], name=op.f('fk_actor_inbox_id_inbox')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_actor')),
    sa.UniqueConstraint('iri', name=op.f('uq_actor_iri'))
    )
    op.create_index('ix_actor_authority_username', 'actor', ['authority', 'username'], unique=False)
    op.create_index(op.f('ix_actor_followers_iri'), 'actor', ['followers_iri'], unique=False)
    op.create_index(op.f('ix_actor_host'), 'actor', ['host'], unique=False)
    op.create_index('ix_actor_local_kind', 'actor', ['local', 'kind'], unique=False)
    op.create_index('ix_actor_url', 'actor', ['url'], unique=False)
    op.create_index('uq_actor_local_username', 'actor', ['username'], unique=True, sqlite_where=sa.text('local'), postgresql_where=sa.text('local'))
    op.create_table('follow',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('iri', sa.Text(), nullable=False),
    sa.Column('follower_id', BIG_ID, nullable=False),
    sa.Column('followed_id', BIG_ID, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('backfilled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['followed_id'], ['actor.id'], name=op.f('fk_follow_followed_id_actor')),
    sa.ForeignKeyConstraint(['follower_id'], ['actor.id'], name=op.f('fk_follow_follower_id_actor')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow')),
    sa.UniqueConstraint('follower_id', 'followed_id', name=op.f('uq_follow_follower_id_followed_id'))
    )
    op.create_index('ix_follow_followed_state', 'follow', ['followed_id', 'state', 'id'], unique=False)
    op.create_index('ix_follow_follower_state', 'follow', ['follower_id', 'state'], unique=False)
    op.create_index(op.f('ix_follow_iri'), 'follow', ['iri'], unique=False)
    op.create_table('join_question',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('group_id', BIG_ID, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('text_map', JSON, nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['actor.id'], name=op.f('fk_join_question_group_id_actor'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_join_question'))
    )
    op.create_index(op.f('ix_join_question_group_id'), 'join_question', ['group_id'], unique=False)
    op.create_table('key_pair',
    sa.Column('actor_id', BIG_ID, nullable=False),
    sa.Column('rsa_private', sa.LargeBinary(), nullable=False),
    sa.Column('rsa_public_pem', sa.Text(), nullable=False),
    sa.Column('ed25519_private', sa.LargeBinary(), nullable=False),
    sa.Column('ed25519_multikey', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_key_pair_actor_id_actor')),
    sa.PrimaryKeyConstraint('actor_id', name=op.f('pk_key_pair'))
    )
    op.create_table('language_account',
    sa.Column('actor_id', BIG_ID, nullable=False),
    sa.Column('group_id', BIG_ID, nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_language_account_actor_id_actor')),
    sa.ForeignKeyConstraint(['group_id'], ['actor.id'], name=op.f('fk_language_account_group_id_actor')),
    sa.PrimaryKeyConstraint('actor_id', name=op.f('pk_language_account')),
    sa.UniqueConstraint('group_id', 'language', name=op.f('uq_language_account_group_id_language'))
    )
    op.create_index(op.f('ix_language_account_group_id'), 'language_account', ['group_id'], unique=False)
    op.create_table('member',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('actor_id', BIG_ID, nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('time_zone', sa.String(length=64), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('answers', JSON, nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('seeking', sa.Text(), nullable=False),
    sa.Column('trades', JSON, nullable=False),
    sa.Column('region', sa.String(length=64), nullable=True),
    sa.Column('speaks', JSON, nullable=False),
    sa.Column('links', JSON, nullable=False),
    sa.Column('shown', JSON, nullable=False),
    sa.Column('picture_id', BIG_ID, nullable=True),
    sa.Column('byline', sa.Boolean(), nullable=False),
    sa.Column('discoverable', sa.Boolean(), nullable=False),
    sa.Column('indexable', sa.Boolean(), nullable=False),
    sa.Column('leaving_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('leaving_keeps', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('suspended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_member_actor_id_actor')),
    sa.ForeignKeyConstraint(['picture_id'], ['picture.id'], name=op.f('fk_member_picture_id_picture'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member')),
    sa.UniqueConstraint('actor_id', name=op.f('uq_member_actor_id')),
    sa.UniqueConstraint('email', name=op.f('uq_member_email'))
    )
    op.create_index(op.f('ix_member_leaving_at'), 'member', ['leaving_at'], unique=False)
    op.create_table('oidc_arrival',
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('issuer', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('handle', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_oidc_arrival'))
    )
    op.create_index(op.f('ix_oidc_arrival_expires_at'), 'oidc_arrival', ['expires_at'], unique=False)
    op.create_table('outgoing',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('iri', sa.Text(), nullable=False),
    sa.Column('actor_id', BIG_ID, nullable=False),
    sa.Column('type', sa.String(length=32), nullable=False),
    sa.Column('object_iri', sa.Text(), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('audience', sa.String(length=16), nullable=False),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_outgoing_actor_id_actor')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outgoing')),
    sa.UniqueConstraint('iri', name=op.f('uq_outgoing_iri')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_outgoing_actor', 'outgoing', ['actor_id', 'id'], unique=False)
    op.create_index('ix_outgoing_actor_kind', 'outgoing', ['actor_id', 'type', 'id'], unique=False)
    op.create_index('ix_outgoing_object', 'outgoing', ['object_iri', 'id'], unique=False)
    op.create_table('part_of',
    sa.Column('project_id', BIG_ID, nullable=False),
    sa.Column('group_iri', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['actor.id'], name=op.f('fk_part_of_project_id_actor'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('project_id', 'group_iri', name=op.f('pk_part_of'))
    )
    op.create_index(op.f('ix_part_of_group_iri'), 'part_of', ['group_iri'], unique=False)
    op.create_table('reach',
    sa.Column('actor_id', BIG_ID, nullable=False),
    sa.Column('inbox_id', BIG_ID, nullable=False),
    sa.Column('followers', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_reach_actor_id_actor')),
    sa.ForeignKeyConstraint(['inbox_id'], ['inbox.id'], name=op.f('fk_reach_inbox_id_inbox')),
    sa.PrimaryKeyConstraint('actor_id', 'inbox_id', name=op.f('pk_reach'))
    )
    op.create_index(op.f('ix_reach_inbox_id'), 'reach', ['inbox_id'], unique=False)
    op.create_table('reaction',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('actor_id', BIG_ID, nullable=False),
    sa.Column('object_iri', sa.Text(), nullable=False),
    sa.Column('iri', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_reaction_actor_id_actor')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reaction')),
    sa.UniqueConstraint('actor_id', 'object_iri', name=op.f('uq_reaction_actor_id_object_iri')),
    sa.UniqueConstraint('iri', name=op.f('uq_reaction_iri'))
    )
    op.create_index(op.f('ix_reaction_object_iri'), 'reaction', ['object_iri'], unique=False)
    op.create_table('remote_key',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('iri', sa.Text(), nullable=False),
    sa.Column('actor_id', BIG_ID, nullable=False),
    sa.Column('public', sa.Text(), nullable=False),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_remote_key_actor_id_actor'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_remote_key')),
    sa.UniqueConstraint('iri', name=op.f('uq_remote_key_iri'))
    )
    op.create_index(op.f('ix_remote_key_actor_id'), 'remote_key', ['actor_id'], unique=False)
    op.create_table('share',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('actor_id', BIG_ID, nullable=False),
    sa.Column('object_iri', sa.Text(), nullable=False),
    sa.Column('iri', sa.Text(), nullable=False),
    sa.Column('activity_iri', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_share_actor_id_actor')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_share')),
    sa.UniqueConstraint('actor_id', 'object_iri', name=op.f('uq_share_actor_id_object_iri')),
    sa.UniqueConstraint('iri', name=op.f('uq_share_iri'))
    )
    op.create_index('ix_share_actor_created', 'share', ['actor_id', 'created_at'], unique=False)
    op.create_index(op.f('ix_share_object_iri'), 'share', ['object_iri'], unique=False)
    op.create_table('act',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('member_id', BIG_ID, nullable=True),
    sa.Column('verb', sa.String(length=32), nullable=False),
    sa.Column('object', sa.Text(), nullable=False),
    sa.Column('facts', JSON, nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_act_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_act'))
    )
    op.create_table('addressed',
    sa.Column('log_id', BIG_ID, nullable=False),
    sa.Column('inbox_id', BIG_ID, nullable=False),
    sa.Column('authority', sa.String(length=260), nullable=False),
    sa.ForeignKeyConstraint(['inbox_id'], ['inbox.id'], name=op.f('fk_addressed_inbox_id_inbox')),
    sa.ForeignKeyConstraint(['log_id'], ['outgoing.id'], name=op.f('fk_addressed_log_id_outgoing'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('log_id', 'inbox_id', name=op.f('pk_addressed'))
    )
    op.create_index('ix_addressed_authority', 'addressed', ['authority', 'log_id'], unique=False)
    op.create_table('agreement',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('member_id', BIG_ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_agreement_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement'))
    )
    op.create_index(op.f('ix_agreement_member_id'), 'agreement', ['member_id'], unique=False)
    op.create_table('consent',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('member_id', BIG_ID, nullable=False),
    sa.Column('what', sa.String(length=32), nullable=False),
    sa.Column('given', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_consent_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    op.create_index(op.f('ix_consent_member_id'), 'consent', ['member_id'], unique=False)
    op.create_table('event',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('iri', sa.Text(), nullable=False),
    sa.Column('uuid', sa.String(length=64), nullable=True),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('local', sa.Boolean(), nullable=False),
    sa.Column('shown', sa.Boolean(), nullable=False),
    sa.Column('group_id', BIG_ID, nullable=False),
    sa.Column('organiser_iri', sa.Text(), nullable=True),
    sa.Column('member_id', BIG_ID, nullable=True),
    sa.Column('contacts', JSON, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=True),
    sa.Column('name_map', JSON, nullable=False),
    sa.Column('text_map', JSON, nullable=False),
    sa.Column('category', sa.String(length=64), nullable=True),
    sa.Column('tags', JSON, nullable=False),
    sa.Column('attachments', JSON, nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('over_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('end_shown', sa.Boolean(), nullable=False),
    sa.Column('timezone', sa.String(length=64), nullable=False),
    sa.Column('place_name', sa.Text(), nullable=True),
    sa.Column('place', JSON, nullable=True),
    sa.Column('region', sa.String(length=64), nullable=True),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('online', sa.Boolean(), nullable=False),
    sa.Column('online_url', sa.Text(), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('join_mode', sa.String(length=16), nullable=False),
    sa.Column('external_url', sa.Text(), nullable=True),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('attending', sa.Integer(), nullable=False),
    sa.Column('comments', sa.String(length=16), nullable=False),
    sa.Column('series_iri', sa.Text(), nullable=True),
    sa.Column('series', JSON, nullable=True),
    sa.Column('visibility', sa.String(length=16), nullable=False),
    sa.Column('document', JSON, nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['actor.id'], name=op.f('fk_event_group_id_actor')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_event_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event')),
    sa.UniqueConstraint('iri', name=op.f('uq_event_iri'))
    )
    op.create_index('ix_event_coming', 'event', ['over_at'], unique=False, sqlite_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'public'"), postgresql_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'public'"))
    op.create_index('ix_event_coming_group', 'event', ['group_id', 'over_at'], unique=False, sqlite_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'public'"), postgresql_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'public'"))
    op.create_index('ix_event_feed', 'event', ['updated_at'], unique=False, sqlite_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'public' AND local"), postgresql_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'public' AND local"))
    op.create_index('ix_event_feed_group', 'event', ['group_id', 'updated_at'], unique=False, sqlite_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'public' AND local"), postgresql_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'public' AND local"))
    op.create_index('ix_event_inside', 'event', ['group_id', 'over_at'], unique=False, sqlite_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'group'"), postgresql_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'group'"))
    op.create_index('ix_event_url', 'event', ['url'], unique=False)
    op.create_table('export',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('member_id', BIG_ID, nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('file', sa.String(length=64), nullable=True),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=True),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_export_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export'))
    )
    op.create_index(op.f('ix_export_member_id'), 'export', ['member_id'], unique=False)
    op.create_table('findable',
    sa.Column('member_id', BIG_ID, nullable=False),
    sa.Column('field', sa.String(length=16), nullable=False),
    sa.Column('level', sa.String(length=16), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_findable_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'field', name=op.f('pk_findable'))
    )
    op.create_index('ix_findable_name', 'findable', ['text', 'member_id', 'level'], unique=False, sqlite_where=sa.text("field = 'name'"), postgresql_where=sa.text("field = 'name'"))
    op.create_table('group_invitation',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('group_id', BIG_ID, nullable=False),
    sa.Column('made_by_id', BIG_ID, nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('uses', sa.Integer(), nullable=False),
    sa.Column('most_uses', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['actor.id'], name=op.f('fk_group_invitation_group_id_actor'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['made_by_id'], ['member.id'], name=op.f('fk_group_invitation_made_by_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_invitation')),
    sa.UniqueConstraint('digest', name=op.f('uq_group_invitation_digest'))
    )
    op.create_index(op.f('ix_group_invitation_group_id'), 'group_invitation', ['group_id'], unique=False)
    op.create_table('group_rules',
    sa.Column('actor_id', BIG_ID, nullable=False),
    sa.Column('theme', sa.String(length=64), nullable=True),
    sa.Column('region', sa.String(length=64), nullable=True),
    sa.Column('level', sa.String(length=16), nullable=False),
    sa.Column('posting', sa.String(length=16), nullable=False),
    sa.Column('joining', sa.String(length=16), nullable=False),
    sa.Column('followers_shown', sa.Boolean(), nullable=False),
    sa.Column('private', sa.Boolean(), nullable=False),
    sa.Column('members_shown', sa.String(length=16), nullable=False),
    sa.Column('colour', sa.String(length=7), nullable=True),
    sa.Column('picture_id', BIG_ID, nullable=True),
    sa.Column('closing_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('founded_by_id', BIG_ID, nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_group_rules_actor_id_actor')),
    sa.ForeignKeyConstraint(['founded_by_id'], ['member.id'], name=op.f('fk_group_rules_founded_by_id_member')),
    sa.PrimaryKeyConstraint('actor_id', name=op.f('pk_group_rules'))
    )
    op.create_table('identity',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('member_id', BIG_ID, nullable=True),
    sa.Column('actor_id', BIG_ID, nullable=True),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('issuer', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('handle', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_identity_actor_id_actor')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_identity_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity')),
    sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_identity_issuer_subject'))
    )
    op.create_index(op.f('ix_identity_actor_id'), 'identity', ['actor_id'], unique=False)
    op.create_index(op.f('ix_identity_member_id'), 'identity', ['member_id'], unique=False)
    op.create_table('mail',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('key', sa.String(length=200), nullable=True),
    sa.Column('uuid', sa.String(length=36), nullable=False),
    sa.Column('channel', sa.String(length=8), nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('member_id', BIG_ID, nullable=True),
    sa.Column('facts', JSON, nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_attempt_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('good_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('owner', sa.String(length=36), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_mail_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail')),
    sa.UniqueConstraint('key', name=op.f('uq_mail_key'))
    )
    op.create_index('ix_mail_created_at', 'mail', ['created_at'], unique=False)
    op.create_index('ix_mail_due', 'mail', ['state', 'next_attempt_at'], unique=False)
    op.create_index(op.f('ix_mail_member_id'), 'mail', ['member_id'], unique=False)
    op.create_index('ix_mail_recipient', 'mail', ['recipient', 'created_at'], unique=False)
    op.create_table('membership',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('group_id', BIG_ID, nullable=False),
    sa.Column('actor_id', BIG_ID, nullable=True),
    sa.Column('member_id', BIG_ID, nullable=True),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('join_iri', sa.Text(), nullable=True),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('answers', JSON, nullable=False),
    sa.Column('language', sa.String(length=16), nullable=True),
    sa.Column('word', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_membership_actor_id_actor')),
    sa.ForeignKeyConstraint(['group_id'], ['actor.id'], name=op.f('fk_membership_group_id_actor')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_membership_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('group_id', 'actor_id', name=op.f('uq_membership_group_id_actor_id')),
    sa.UniqueConstraint('group_id', 'member_id', name=op.f('uq_membership_group_id_member_id'))
    )
    op.create_index(op.f('ix_membership_actor_id'), 'membership', ['actor_id'], unique=False)
    op.create_index(op.f('ix_membership_group_id'), 'membership', ['group_id'], unique=False)
    op.create_index(op.f('ix_membership_member_id'), 'membership', ['member_id'], unique=False)
    op.create_table('personal_invitation',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('group_id', BIG_ID, nullable=False),
    sa.Column('member_id', BIG_ID, nullable=False),
    sa.Column('made_by_id', BIG_ID, nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['actor.id'], name=op.f('fk_personal_invitation_group_id_actor'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['made_by_id'], ['member.id'], name=op.f('fk_personal_invitation_made_by_id_member'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_personal_invitation_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_personal_invitation')),
    sa.UniqueConstraint('group_id', 'member_id', name=op.f('uq_personal_invitation_group_id_member_id'))
    )
    op.create_index(op.f('ix_personal_invitation_group_id'), 'personal_invitation', ['group_id'], unique=False)
    op.create_index(op.f('ix_personal_invitation_made_by_id'), 'personal_invitation', ['made_by_id'], unique=False)
    op.create_index(op.f('ix_personal_invitation_member_id'), 'personal_invitation', ['member_id'], unique=False)
    op.create_table('notice_choice',
    sa.Column('member_id', BIG_ID, nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('site', sa.Boolean(), nullable=False),
    sa.Column('mail', sa.String(length=8), nullable=False),
    sa.Column('direct', sa.String(length=8), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_notice_choice_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'kind', name=op.f('pk_notice_choice'))
    )
    op.create_table('notification',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('member_id', BIG_ID, nullable=False),
    sa.Column('who_id', BIG_ID, nullable=True),
    sa.Column('key', sa.String(length=200), nullable=True),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('about_iri', sa.Text(), nullable=True),
    sa.Column('facts', JSON, nullable=False),
    sa.Column('on_site', sa.Boolean(), nullable=False),
    sa.Column('mail_waits', sa.Boolean(), nullable=False),
    sa.Column('direct_waits', sa.Boolean(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_notification_member_id_member'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['who_id'], ['member.id'], name=op.f('fk_notification_who_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification'))
    )
    op.create_index('ix_notification_created_at', 'notification', ['created_at'], unique=False)
    op.create_index('ix_notification_member', 'notification', ['member_id', 'id'], unique=False)
    op.create_index('ix_notification_unread', 'notification', ['member_id'], unique=False, sqlite_where=sa.text('read_at IS NULL'), postgresql_where=sa.text('read_at IS NULL'))
    op.create_index('ix_notification_waiting', 'notification', ['member_id'], unique=False, sqlite_where=sa.text('mail_waits OR direct_waits'), postgresql_where=sa.text('mail_waits OR direct_waits'))
    op.create_index(op.f('ix_notification_who_id'), 'notification', ['who_id'], unique=False)
    op.create_index('uq_notification_member_key', 'notification', ['member_id', 'key'], unique=True)
    op.create_table('oauth_attempt',
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('verifier', sa.LargeBinary(), nullable=False),
    sa.Column('nonce', sa.LargeBinary(length=32), nullable=True),
    sa.Column('next', sa.Text(), nullable=False),
    sa.Column('member_id', BIG_ID, nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_oauth_attempt_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_oauth_attempt'))
    )
    op.create_index(op.f('ix_oauth_attempt_expires_at'), 'oauth_attempt', ['expires_at'], unique=False)
    op.create_index(op.f('ix_oauth_attempt_member_id'), 'oauth_attempt', ['member_id'], unique=False)
    op.create_table('passkey',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('member_id', BIG_ID, nullable=False),
    sa.Column('credential_id', sa.LargeBinary(length=1023), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('synced', sa.Boolean(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_passkey_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id'))
    )
    op.create_index(op.f('ix_passkey_member_id'), 'passkey', ['member_id'], unique=False)
    op.create_table('passkey_attempt',
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('purpose', sa.String(length=16), nullable=False),
    sa.Column('browser', sa.LargeBinary(length=32), nullable=False),
    sa.Column('member_id', BIG_ID, nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_passkey_attempt_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_passkey_attempt'))
    )
    op.create_index(op.f('ix_passkey_attempt_expires_at'), 'passkey_attempt', ['expires_at'], unique=False)
    op.create_index(op.f('ix_passkey_attempt_member_id'), 'passkey_attempt', ['member_id'], unique=False)
    op.create_table('offer',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('iri', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('local', sa.Boolean(), nullable=False),
    sa.Column('shown', sa.Boolean(), nullable=False),
    sa.Column('purpose', sa.String(length=8), nullable=False),
    sa.Column('group_id', BIG_ID, nullable=False),
    sa.Column('member_id', BIG_ID, nullable=True),
    sa.Column('writer_id', BIG_ID, nullable=True),
    sa.Column('provider_iri', sa.Text(), nullable=True),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=True),
    sa.Column('title_map', JSON, nullable=False),
    sa.Column('text_map', JSON, nullable=False),
    sa.Column('tags', JSON, nullable=False),
    sa.Column('concept_iris', JSON, nullable=False),
    sa.Column('attachments', JSON, nullable=False),
    sa.Column('place_name', sa.Text(), nullable=True),
    sa.Column('place', JSON, nullable=True),
    sa.Column('region', sa.String(length=64), nullable=True),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('mode', sa.String(length=8), nullable=False),
    sa.Column('begins_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('action', sa.String(length=32), nullable=False),
    sa.Column('quantity', sa.String(length=32), nullable=True),
    sa.Column('unit', sa.String(length=64), nullable=True),
    sa.Column('available_quantity', sa.String(length=32), nullable=True),
    sa.Column('minimum_quantity', sa.String(length=32), nullable=True),
    sa.Column('unit_based', sa.Boolean(), nullable=False),
    sa.Column('pay', sa.String(length=16), nullable=False),
    sa.Column('pay_amount', sa.String(length=32), nullable=True),
    sa.Column('pay_amount_to', sa.String(length=32), nullable=True),
    sa.Column('pay_currency', sa.String(length=8), nullable=True),
    sa.Column('pay_unit', sa.String(length=64), nullable=True),
    sa.Column('reciprocal', JSON, nullable=True),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('work_languages', JSON, nullable=False),
    sa.Column('contact', sa.String(length=16), nullable=False),
    sa.Column('contact_address', sa.Text(), nullable=True),
    sa.Column('visibility', sa.String(length=16), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('finished', sa.Boolean(), nullable=False),
    sa.Column('context_iri', sa.Text(), nullable=True),
    sa.Column('document', JSON, nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['actor.id'], name=op.f('fk_offer_group_id_actor')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_offer_member_id_member')),
    sa.ForeignKeyConstraint(['writer_id'], ['actor.id'], name=op.f('fk_offer_writer_id_actor')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer')),
    sa.UniqueConstraint('iri', name=op.f('uq_offer_iri'))
    )
    op.create_index('ix_offer_due', 'offer', ['expires_at'], unique=False, sqlite_where=sa.text("local AND deleted_at IS NULL AND status IN ('open', 'talks')"), postgresql_where=sa.text("local AND deleted_at IS NULL AND status IN ('open', 'talks')"))
    op.create_index('ix_offer_feed', 'offer', ['updated_at'], unique=False, sqlite_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'public' AND local AND status <> 'draft'"), postgresql_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'public' AND local AND status <> 'draft'"))
    op.create_index('ix_offer_feed_group', 'offer', ['group_id', 'updated_at'], unique=False, sqlite_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'public' AND local AND status <> 'draft'"), postgresql_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'public' AND local AND status <> 'draft'"))
    op.create_index('ix_offer_inside', 'offer', ['group_id', 'published_at'], unique=False, sqlite_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'group'"), postgresql_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'group'"))
    op.create_index('ix_offer_open', 'offer', ['purpose', 'published_at'], unique=False, sqlite_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'public' AND status IN ('open', 'talks')"), postgresql_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'public' AND status IN ('open', 'talks')"))
    op.create_index('ix_offer_open_group', 'offer', ['group_id', 'purpose', 'published_at'], unique=False, sqlite_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'public' AND status IN ('open', 'talks')"), postgresql_where=sa.text("deleted_at IS NULL AND shown AND visibility = 'public' AND status IN ('open', 'talks')"))
    op.create_index('ix_offer_url', 'offer', ['url'], unique=False)
    op.create_table('one_time_token',
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('member_id', BIG_ID, nullable=False),
    sa.Column('purpose', sa.String(length=32), nullable=False),
    sa.Column('facts', JSON, nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_one_time_token_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_one_time_token'))
    )
    op.create_index(op.f('ix_one_time_token_member_id'), 'one_time_token', ['member_id'], unique=False)
    op.create_table('parked',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('authority', sa.String(length=260), nullable=False),
    sa.Column('log_id', BIG_ID, nullable=False),
    sa.Column('inbox_id', BIG_ID, nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('parked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('resent_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['inbox_id'], ['inbox.id'], name=op.f('fk_parked_inbox_id_inbox')),
    sa.ForeignKeyConstraint(['log_id'], ['outgoing.id'], name=op.f('fk_parked_log_id_outgoing'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parked'))
    )
    op.create_index(op.f('ix_parked_authority'), 'parked', ['authority'], unique=False)
    op.create_table('post',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('iri', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('local', sa.Boolean(), nullable=False),
    sa.Column('type', sa.String(length=32), nullable=False),
    sa.Column('author_id', BIG_ID, nullable=False),
    sa.Column('member_id', BIG_ID, nullable=True),
    sa.Column('group_id', BIG_ID, nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('in_reply_to_iri', sa.Text(), nullable=True),
    sa.Column('context_iri', sa.Text(), nullable=True),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('warning', sa.Text(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=True),
    sa.Column('content_map', JSON, nullable=False),
    sa.Column('sensitive', sa.Boolean(), nullable=False),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('options', JSON, nullable=True),
    sa.Column('tags', JSON, nullable=False),
    sa.Column('attachments', JSON, nullable=False),
    sa.Column('document', JSON, nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['actor.id'], name=op.f('fk_post_author_id_actor')),
    sa.ForeignKeyConstraint(['group_id'], ['actor.id'], name=op.f('fk_post_group_id_actor')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_post_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post')),
    sa.UniqueConstraint('iri', name=op.f('uq_post_iri'))
    )
    op.create_index('ix_post_answers', 'post', ['in_reply_to_iri', 'published_at'], unique=False, sqlite_where=sa.text("deleted_at IS NULL AND public AND state = 'shown' AND in_reply_to_iri IS NOT NULL"), postgresql_where=sa.text("deleted_at IS NULL AND public AND state = 'shown' AND in_reply_to_iri IS NOT NULL"))
    op.create_index('ix_post_author_published', 'post', ['author_id', 'published_at'], unique=False)
    op.create_index('ix_post_feed', 'post', ['updated_at'], unique=False, sqlite_where=sa.text("deleted_at IS NULL AND public AND state = 'shown' AND local AND in_reply_to_iri IS NULL"), postgresql_where=sa.text("deleted_at IS NULL AND public AND state = 'shown' AND local AND in_reply_to_iri IS NULL"))
    op.create_index('ix_post_feed_author', 'post', ['author_id', 'updated_at'], unique=False, sqlite_where=sa.text("deleted_at IS NULL AND public AND state = 'shown' AND local AND in_reply_to_iri IS NULL"), postgresql_where=sa.text("deleted_at IS NULL AND public AND state = 'shown' AND local AND in_reply_to_iri IS NULL"))
    op.create_index('ix_post_top', 'post', ['author_id', 'published_at'], unique=False, sqlite_where=sa.text("deleted_at IS NULL AND public AND state = 'shown' AND in_reply_to_iri IS NULL"), postgresql_where=sa.text("deleted_at IS NULL AND public AND state = 'shown' AND in_reply_to_iri IS NULL"))
    op.create_table('report',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('iri', sa.Text(), nullable=True),
    sa.Column('reporter_id', BIG_ID, nullable=True),
    sa.Column('member_id', BIG_ID, nullable=True),
    sa.Column('object_iris', JSON, nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('forwarded', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_report_member_id_member')),
    sa.ForeignKeyConstraint(['reporter_id'], ['actor.id'], name=op.f('fk_report_reporter_id_actor')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
    sa.UniqueConstraint('iri', name=op.f('uq_report_iri'))
    )
    op.create_table('sign_in_session',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('member_id', BIG_ID, nullable=True),
    sa.Column('actor_id', BIG_ID, nullable=True),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('network', sa.String(length=64), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_sign_in_session_actor_id_actor'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_sign_in_session_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_session')),
    sa.UniqueConstraint('digest', name=op.f('uq_sign_in_session_digest'))
    )
    op.create_index(op.f('ix_sign_in_session_actor_id'), 'sign_in_session', ['actor_id'], unique=False)
    op.create_index(op.f('ix_sign_in_session_member_id'), 'sign_in_session', ['member_id'], unique=False)
    op.create_table('site_invitation',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('member_id', BIG_ID, nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('uses', sa.Integer(), nullable=True),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_site_invitation_member_id_member'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_invitation')),
    sa.UniqueConstraint('token', name=op.f('uq_site_invitation_token'))
    )
    op.create_index(op.f('ix_site_invitation_member_id'), 'site_invitation', ['member_id'], unique=False)
    op.create_table('attendance',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('event_id', BIG_ID, nullable=False),
    sa.Column('actor_id', BIG_ID, nullable=False),
    sa.Column('join_iri', sa.Text(), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_attendance_actor_id_actor')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_attendance_event_id_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance')),
    sa.UniqueConstraint('event_id', 'actor_id', name=op.f('uq_attendance_event_id_actor_id'))
    )
    op.create_index(op.f('ix_attendance_actor_id'), 'attendance', ['actor_id'], unique=False)
    op.create_index(op.f('ix_attendance_event_id'), 'attendance', ['event_id'], unique=False)
    op.create_index(op.f('ix_attendance_join_iri'), 'attendance', ['join_iri'], unique=False)
    op.create_table('registration',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('answers', JSON, nullable=False),
    sa.Column('invitation_id', BIG_ID, nullable=True),
    sa.Column('group_invitation_id', BIG_ID, nullable=True),
    sa.Column('terms_version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['group_invitation_id'], ['group_invitation.id'], name=op.f('fk_registration_group_invitation_id_group_invitation'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['invitation_id'], ['site_invitation.id'], name=op.f('fk_registration_invitation_id_site_invitation'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registration')),
    sa.UniqueConstraint('digest', name=op.f('uq_registration_digest'))
    )
    op.create_index(op.f('ix_registration_email'), 'registration', ['email'], unique=False)
