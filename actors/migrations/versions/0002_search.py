"""The index of the search."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table('search_entry',
    sa.Column('id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('family', sa.String(length=8), nullable=False),
    sa.Column('item_id', BIG_ID, nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('author_id', BIG_ID, nullable=True),
    sa.Column('host', sa.String(length=255), nullable=True),
    sa.Column('audience', sa.String(length=8), nullable=False),
    sa.Column('in_sight', sa.Boolean(), nullable=False),
    sa.Column('open', sa.Boolean(), nullable=False),
    sa.Column('came_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('begins_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('mode', sa.String(length=8), nullable=True),
    sa.Column('pay', sa.String(length=16), nullable=True),
    sa.Column('languages', sa.String(length=64), nullable=False),
    sa.Column('region', sa.String(length=64), nullable=True),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('trade', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_entry'))
    )
    op.create_index('ix_search_entry_author_id', 'search_entry', ['author_id'], unique=False)
    op.create_index('ix_search_entry_came_at', 'search_entry', ['came_at'], unique=False)
    op.create_index('uq_search_entry_family_item_id', 'search_entry', ['family', 'item_id'], unique=True)
    op.create_table('search_text',
    sa.Column('id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('heads', sa.Text(), nullable=False),
    sa.Column('words', sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_text'))
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5(heads, words, content='search_text', content_rowid='id',"
            " columnsize=0, tokenize=\"ascii tokenchars '+#_'\")"
        )
    else:
        op.execute("CREATE INDEX ix_search_text_words ON search_text USING gin (words)")
    op.create_table('alert',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('member_id', BIG_ID, nullable=True),
    sa.Column('actor_id', BIG_ID, nullable=True),
    sa.Column('query', sa.String(length=2000), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('asked', JSON, nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('rhythm', sa.String(length=16), nullable=False),
    sa.Column('told_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told', JSON, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_alert_actor_id_actor'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_alert_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert'))
    )
    op.create_index('uq_alert_actor_id_query', 'alert', ['actor_id', 'query'], unique=True)
    op.create_index('uq_alert_member_id_query', 'alert', ['member_id', 'query'], unique=True)
