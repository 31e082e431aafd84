"""Matches of needs and offers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table('match_card',
    sa.Column('offer_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('purpose', sa.String(length=8), nullable=False),
    sa.Column('author_id', BIG_ID, nullable=False),
    sa.Column('writer', sa.String(length=24), nullable=True),
    sa.Column('concepts', JSON, nullable=False),
    sa.Column('stems', sa.Text(), nullable=False),
    sa.Column('region', sa.String(length=64), nullable=True),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('mode', sa.String(length=8), nullable=False),
    sa.Column('wide', sa.Boolean(), nullable=False),
    sa.Column('begins_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('pay', sa.String(length=16), nullable=False),
    sa.Column('languages', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_match_card_offer_id_offer'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('offer_id', name=op.f('pk_match_card'))
    )
    op.create_table('match_term',
    sa.Column('term', sa.String(length=200), nullable=False),
    sa.Column('purpose', sa.String(length=8), nullable=False),
    sa.Column('offer_id', BIG_ID, nullable=False),
    sa.Column('area', sa.String(length=64), nullable=True),
    sa.Column('weight', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_match_term_offer_id_offer'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('term', 'purpose', 'offer_id', name=op.f('pk_match_term'))
    )
    op.create_index('ix_match_term_area', 'match_term', ['term', 'purpose', 'area', 'offer_id'], unique=False)
    op.create_index('ix_match_term_offer', 'match_term', ['offer_id'], unique=False)
    op.create_table('match',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('need_id', BIG_ID, nullable=False),
    sa.Column('offer_id', BIG_ID, nullable=False),
    sa.Column('score', sa.Float(), nullable=False),
    sa.Column('reasons', JSON, nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('untold', sa.Boolean(), nullable=False),
    sa.Column('need_told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('offer_told_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['need_id'], ['offer.id'], name=op.f('fk_match_need_id_offer'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_match_offer_id_offer'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match'))
    )
    op.create_index('ix_match_offer', 'match', ['offer_id'], unique=False)
    op.create_index('ix_match_untold', 'match', ['id'], unique=False, sqlite_where=sa.text('untold'), postgresql_where=sa.text('untold'))
    op.create_index('uq_match_pair', 'match', ['need_id', 'offer_id'], unique=True)
    op.create_table('match_unfit',
    sa.Column('id', BIG_ID, autoincrement=True, nullable=False),
    sa.Column('match_id', BIG_ID, nullable=False),
    sa.Column('member_id', BIG_ID, nullable=True),
    sa.Column('actor_id', BIG_ID, nullable=True),
    sa.Column('concept', sa.String(length=200), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_match_unfit_actor_id_actor'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['match_id'], ['match.id'], name=op.f('fk_match_unfit_match_id_match'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_match_unfit_member_id_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match_unfit')),
    sa.UniqueConstraint('match_id', 'actor_id', name=op.f('uq_match_unfit_match_id_actor_id')),
    sa.UniqueConstraint('match_id', 'member_id', name=op.f('uq_match_unfit_match_id_member_id'))
    )
    op.create_index(op.f('ix_match_unfit_actor_id'), 'match_unfit', ['actor_id'], unique=False)
    op.create_index(op.f('ix_match_unfit_member_id'), 'match_unfit', ['member_id'], unique=False)
    op.create_table('match_plea',
    sa.Column('offer_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_match_plea_offer_id_offer'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('offer_id', name=op.f('pk_match_plea'))
    )
    op.create_index('ix_match_plea_due', 'match_plea', ['due_at'], unique=False)
    op.create_index('ix_offer_member_id', 'offer', ['member_id'], unique=False)
    op.create_index('ix_offer_writer_id', 'offer', ['writer_id'], unique=False)
